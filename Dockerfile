# syntax=docker/dockerfile:1
FROM rust:1.95-bookworm AS build
WORKDIR /build
COPY . .
# Queries were checked against the committed .sqlx; no database is needed here. The caches outlive the layers.
ENV SQLX_OFFLINE=true
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/build/target \
    cargo build --release --locked --bin cartwright && cp target/release/cartwright /cartwright

FROM debian:bookworm-slim
# Stores are called over TLS and checked against the system's authorities.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin cartwright \
    && install -d -o cartwright -g cartwright -m 0700 /data
COPY --from=build /cartwright /usr/local/bin/cartwright
USER cartwright
# Only /data is written (the secret key, when CARTWRIGHT_SECRET_KEY is not set): the root may be read-only.
VOLUME /data
ENV CARTWRIGHT_BIND=0.0.0.0:8080 CARTWRIGHT_DATA_DIR=/data
EXPOSE 8080
# The image has no curl; bash speaks TCP.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
# DATABASE_URL is expected: there is no Postgres in this image.
ENTRYPOINT ["cartwright"]
CMD ["serve"]
