# Everything is installed into $(VENV), which is made where it is missing and reused where it is not.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
GENERATED := rules/netlint_rules/catalogue.py rules/netlint_rules/facts/shipped.py docs/rules docs/netlint.schema.json \
  docs/output.schema.json docs/webhook.schema.json
PYTEST_ARGS ?=
export IMAGE BASE_IMAGE BUILD_IMAGE
LOCK = $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-build \
  --generate-hashes --no-annotate --no-emit-index-url --custom-compile-command 'make lock'

define install
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '$(1)'
endef

MAKEFLAGS += --no-print-directory --no-builtin-rules
.DELETE_ON_ERROR:
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help run test integration-tools fuzz check generate lock image bench bench-webhook bench-reach clean

help: ## list what make can do
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 20

run: $(VENV)/.installed ## lint the example policies: five mistakes, then a clean set
	@echo '$$ netlint docs/examples/bad'
	@$(BIN)/netlint docs/examples/bad || test $$? -eq 1
	@echo
	@echo '$$ netlint docs/examples/good'
	@$(BIN)/netlint docs/examples/good

test: $(VENV)/.installed-dev integration-tools ## run every test, with the coverage of the rules
	@$(BIN)/python -m pytest -n 2 --cov --cov-report=term-missing:skip-covered --cov-fail-under=95 \
	  $(PYTEST_ARGS)

# Without them their tests are skipped, and say so; in CI nothing is skipped.
integration-tools: $(VENV)/.installed-dev ## build what the tests talk to: an API server and etcd
	@$(BIN)/python tests/integration/tools/build.py >/dev/null || test -z "$$CI"

FUZZ_OBJECTS ?= 100000
fuzz: $(VENV)/.installed-dev integration-tools ## compare the validation with API servers on FUZZ_OBJECTS policies
	@$(BIN)/python tests/integration/tools/build.py kube-apiserver-1.33
	@NETLINT_FUZZ=$(FUZZ_OBJECTS) $(BIN)/python -m pytest -n 2 tests/integration/test_api_validation.py

check: $(VENV)/.installed-dev ## formatting, lint, types, layers, Dockerfile, generated files
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@layers=$$($(BIN)/lint-imports --no-logo) || { echo "$$layers"; exit 1; }
	@$(BIN)/hadolint Dockerfile
	@$(MAKE) generate
	@git diff --stat --exit-code -- $(GENERATED) \
	  || { echo 'Generated files were out of date; "make generate" wrote them anew: commit them.'; exit 1; }
	@new=$$(git ls-files --others --exclude-standard -- $(GENERATED)); test -z "$$new" \
	  || { echo "Generated files that git does not know yet, add them:"; echo "$$new"; exit 1; }

generate: $(VENV)/.installed-dev ## write the rules' catalogue and pages, and the JSON schemas
	@$(BIN)/python -m netlint_linter.generate
	@$(BIN)/netlint-webhook --print-schema >docs/webhook.schema.json

lock: $(VENV)/.installed-dev ## pin the newest dependencies that fit into the container image
	@$(LOCK) --extra webhook --extra cluster pyproject.toml --output-file requirements.lock >/dev/null
	@sed -n 's/^requires = \["\(.*\)"\]$$/\1/p' pyproject.toml \
	  | $(LOCK) - --output-file requirements-build.lock >/dev/null

image: $(BIN)/python ## build the container image; IMAGE=name:tag, BASE_IMAGE=…
	@PYTHON=$(BIN)/python tools/image

bench: $(VENV)/.installed-dev ## measure speed and memory against their budgets
	@$(BIN)/python tests/bench/bench.py

bench-webhook: $(VENV)/.installed-dev ## measure the webhook against its budgets (BENCH_ARGS=--quick)
	@$(BIN)/python -m tests.bench.webhook $(BENCH_ARGS)

bench-reach: $(VENV)/.installed-dev ## measure the map of a cluster, and how its cost grows
	@$(BIN)/python -m tests.bench.reach

clean: ## remove everything that make made
	@rm -rf .venv build dist htmlcov .coverage .coverage.* .hypothesis .import_linter_cache \
	  .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.installed: pyproject.toml rules/netlint_rules/version.py | $(BIN)/python
	@echo 'Installing netlint into $(VENV)'
	$(call install,.)
	@touch $@

$(VENV)/.installed-dev: pyproject.toml rules/netlint_rules/version.py | $(BIN)/python
	@echo 'Installing netlint and its test tools into $(VENV)'
	$(call install,.[dev])
	@touch $(VENV)/.installed $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'netlint needs Python 3.11 or newer: $(PYTHON) is older, or missing. Try: make PYTHON=python3.13'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo '$(PYTHON) cannot make virtual environments: its ensurepip module is missing.'; \
	  echo 'On Debian and Ubuntu: apt install python3-venv'; exit 1; }
	@$(PYTHON) -m venv $(VENV)
