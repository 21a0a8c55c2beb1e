# syntax=docker/dockerfile:1
# One image for every service: the first argument chooses the process (gateway, indexer, up, verify, ...).

FROM node:20-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc* ./
RUN --mount=type=cache,target=/tmp/npm npm ci --cache /tmp/npm
COPY openapi /src/openapi
COPY web ./
RUN npm run build

FROM rust:1.95.0-bookworm AS build
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

FROM debian:bookworm-slim
# curl answers the health check; the binary itself needs only libstdc++ for RocksDB.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates curl libstdc++6 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home waymark \
    && install --directory --owner waymark --mode 0700 /data
COPY --from=build /usr/local/bin/waymark /usr/local/bin/waymark
USER waymark
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["waymark"]
CMD ["--help"]
