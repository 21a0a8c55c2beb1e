# syntax=docker/dockerfile:1@sha256:ecfaec9ed6d810b56388c508f4121597bfbba70d41a6dfeee4d8cad5f295fc32
# One image for every service: the first argument chooses the process (gateway, indexer, migrate, node, verify, ...).

# `script/pin-images` replaces the digests here and in compose.yaml by those that the tags have today.
ARG NODE_IMAGE=node:20-bookworm-slim@sha256:2cf067cfed83d5ea958367df9f966191a942351a2df77d6f0193e162b5febfc0
ARG RUST_IMAGE=rust:1.95.0-bookworm@sha256:6258907abe69656e41cd992e0b705cdcfabcbbe3db374f92ed2d47121282d4a1
ARG DEBIAN_IMAGE=debian:bookworm-slim@sha256:3783cc01769c7b2b1b83a5c5ad96c815348e28ed7da68e2e3687004faa906251

FROM ${NODE_IMAGE} AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc* ./
RUN --mount=type=cache,target=/tmp/npm npm ci --cache /tmp/npm
COPY openapi /src/openapi
COPY web ./
RUN npm run build

FROM ${RUST_IMAGE} AS build
# RocksDB is C++ and its bindings are generated with libclang; aws-lc needs cmake.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends clang libclang-dev cmake pkg-config \
    && rm -rf /var/lib/apt/lists/*
# The image already holds this toolchain; the file in the repository also asks for lint components.
ENV RUSTUP_TOOLCHAIN=1.95.0
WORKDIR /src
COPY . .
COPY --from=web /src/web/dist web/dist
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --package waymark \
    && cp target/release/waymark /usr/local/bin/waymark

FROM ${DEBIAN_IMAGE}
# The binary needs only libstdc++, for RocksDB. Its user has no shell and owns nothing but the folder of the ledger.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates libstdc++6 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin waymark \
    && install --directory --owner waymark --group waymark --mode 0700 /data
COPY --from=build /usr/local/bin/waymark /usr/local/bin/waymark
USER 10001:10001
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# For the gateway; compose.yaml has the check of every other service.
HEALTHCHECK --interval=5s --timeout=5s --retries=12 CMD ["waymark", "health", "http://127.0.0.1:8080/livez"]
ENTRYPOINT ["waymark"]
CMD ["--help"]
