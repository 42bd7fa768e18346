# One image for all: the services and the command line. What it links is what the Makefile's PACKAGES name.
FROM swift:6.3-bookworm AS build
RUN apt-get update -q && apt-get install -y -q --no-install-recommends librdkafka-dev libsqlite3-dev libevent-dev \
    libcurl4-openssl-dev libidn2-dev libssl-dev libarchive-dev libgmime-3.0-dev pkg-config && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift ./
COPY Shared Shared
COPY Services Services
COPY Tests Tests
RUN swift build -c release
RUN mkdir /made && cd .build/release && cp identity rights-worker notifier metering billing retention-worker troth /made

# Swift's runtime is linked dynamically: a static one knows no time zones.
FROM swift:6.3-bookworm-slim
RUN apt-get update -q && apt-get install -y -q --no-install-recommends librdkafka1 libsqlite3-0 libevent-core-2.1-7 \
    libevent-extra-2.1-7 libevent-openssl-2.1-7 libcurl4 libidn2-0 libssl3 libarchive13 libgmime-3.0-0 \
    ca-certificates tzdata \
    && rm -rf /var/lib/apt/lists/*
# A volume has the owner of the folder that it is first put in the place of. Kafka's image has the same user 1000.
RUN useradd --uid 1000 --user-group --no-create-home --shell /usr/sbin/nologin troth \
    && for name in identity rights-worker notifier metering billing retention-worker; do \
        mkdir -p /var/lib/troth/$name /var/lib/troth/secrets/$name /run/secrets/troth-$name; done \
    && mkdir -p /var/lib/troth/run /var/lib/troth/maildir /var/lib/troth/secrets/broker /var/lib/troth/secrets/admin \
        /var/lib/troth/secrets/operator /run/secrets/troth-admin /desk \
    && chown -R troth:troth /var/lib/troth /run/secrets /desk && chmod -R u=rwX,go= /var/lib/troth /run/secrets /desk \
    && chmod 1777 /var/lib/troth/run
COPY --from=build /made/ /usr/local/bin/
USER troth
WORKDIR /desk
CMD ["troth", "--help"]
