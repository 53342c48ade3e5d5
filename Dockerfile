ARG BASE_IMAGE=python:3.13-slim

FROM ${BASE_IMAGE} AS build
WORKDIR /build
COPY . .
RUN python -m pip wheel --quiet --no-cache-dir --only-binary :all: --wheel-dir /wheels . \
    && python -m venv /opt/netlint \
    && /opt/netlint/bin/python -m pip install --quiet --no-cache-dir --no-index \
        --find-links /wheels kube-netlint \
    && /opt/netlint/bin/python -m pip uninstall --quiet --yes pip

FROM ${BASE_IMAGE}
ARG VERSION=dev
LABEL org.opencontainers.image.title="netlint" \
      org.opencontainers.image.description="A linter for Kubernetes NetworkPolicies" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
COPY --from=build /opt/netlint /opt/netlint
ENV PATH="/opt/netlint/bin:${PATH}" \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /work
USER 65532:65532
HEALTHCHECK NONE
ENTRYPOINT ["netlint"]
