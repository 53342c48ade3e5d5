# BASE_IMAGE needs Python 3.11 or newer and nothing else: no shell, no pip. Where it lacks these, BUILD_IMAGE
# has them and the same minor version of Python, and RUNTIME_PYTHON is the path of the interpreter in BASE_IMAGE.
ARG BASE_IMAGE=docker.io/library/python:3.13-slim
ARG BUILD_IMAGE=${BASE_IMAGE}

FROM ${BUILD_IMAGE} AS build
ARG RUNTIME_PYTHON=""
ARG SOURCE_DATE_EPOCH=1580601600
ENV PIP_COMPILE=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1 \
    PIP_ONLY_BINARY=:all: PIP_QUIET=1 PIP_ROOT_USER_ACTION=ignore \
    PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0
WORKDIR /src
COPY requirements.lock requirements-build.lock ./
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf --mount=type=secret,id=ca.pem \
    python3 -m venv /opt/build \
    && python3 -m venv --without-pip /opt/netlint \
    && /opt/build/bin/pip install --require-hashes --no-deps -r requirements-build.lock \
    && /opt/build/bin/pip --python /opt/netlint/bin/python3 install --require-hashes --no-deps \
        -r requirements.lock
COPY . .
# Two builds of the same sources give the same bytes. Python starts twice as fast with the standard
# library compiled, which slim images leave out; the hashes keep a changed base from using it.
RUN /opt/build/bin/pip wheel --no-index --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/build/bin/pip --python /opt/netlint/bin/python3 install --no-index --no-deps \
        --find-links /wheels kube-netlint \
    && stdlib="$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')" \
    && PYTHONPYCACHEPREFIX=/opt/netlint/pycache /opt/netlint/bin/python3 -m compileall -q \
        -x '/(test|lib2to3|pip|kubernetes/aio)/' --invalidation-mode checked-hash "$stdlib" /opt/netlint/lib \
    && python="${RUNTIME_PYTHON:-$(command -v python3)}" \
    && ln -sfn "$python" /opt/netlint/bin/python3 \
    && printf 'home = %s\n' "${python%/*}" >/opt/netlint/pyvenv.cfg \
    && rm /opt/netlint/bin/[aA]ctivate* \
    && find /opt/netlint -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

FROM ${BASE_IMAGE}
ARG VERSION=dev
LABEL org.opencontainers.image.title="netlint" \
      org.opencontainers.image.description="A linter for Kubernetes NetworkPolicies" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
COPY --from=build /opt/netlint /opt/netlint
ENV PATH=/opt/netlint/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 PYTHONPYCACHEPREFIX=/opt/netlint/pycache
WORKDIR /work
USER 65532:65532
HEALTHCHECK NONE
ENTRYPOINT ["netlint"]
