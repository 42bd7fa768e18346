# Troth. `make` alone lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help

BIN      := .build/release
VENV     := .build/venv
PYTHON   := $(VENV)/bin/python
ASYNCAPI := $(wildcard ../shared/data/asyncapi-3.0.0.schema.json)

# Debian packages: what the build links, what the tests run, and kcat for the README's example.
PACKAGES := librdkafka-dev libsqlite3-dev libevent-dev libcurl4-openssl-dev libidn2-dev libssl-dev \
            libarchive-dev libgmime-3.0-dev pkg-config protobuf-compiler python3-venv tzdata kcat procps rsync
JAVA     := openjdk-17-jre-headless
# Python packages of the tests and of the README's example; protobuf's Python must read what protoc 3.21 writes.
WHEELS   := 'protobuf>=4.21,<5' 'jsonschema>=4' 'pyyaml>=6' 'confluent-kafka>=2' \
            'cryptography>=47' 'aiosmtpd==1.4.6'

TEST     := TROTH_PYTHON=$(CURDIR)/$(PYTHON) TROTH_ASYNCAPI_SCHEMA=$(ASYNCAPI) swift test -c release --skip-build
SUDO     := $(if $(filter 0,$(shell id -u)),,sudo)
SEEDS    ?= 200
FIRST    ?= 1
KILLS    ?= 100
# How Compose is called, and how the image is made: for podman, `COMPOSE=podman-compose IMAGE="podman build -t troth ."`
COMPOSE  ?= docker compose
IMAGE    ?= docker build -t troth .

##@ Run
demo: build ## play the story in separate processes under ./.troth/demo (KEEP=1 leaves it running)
	@$(BIN)/troth demo $(if $(KEEP),--keep) --build-seconds $$(cat .build/build-seconds)
up: build ## run the stack for development; Ctrl-C drains and stops (KAFKA=host:port uses an existing Kafka)
	@$(BIN)/troth up $(if $(KAFKA),--kafka $(KAFKA))
down: ## stop what `make up` or `make demo KEEP=1` left running
	@$(BIN)/troth down

##@ Prove
test: build python ## the whole test suite
	@$(TEST)
simulate: build ## SEEDS seeds from FIRST in the simulator
	@$(BIN)/troth simulate --seeds $(SEEDS) --first $(FIRST)
mutants: packages ## put one fault after the other into a copy of the tree, and see that each is caught (MUTANTS=names)
	@Tests/Mutants/run.sh $(MUTANTS)
test-kafka: build java ## the story on a real Apache Kafka with KILLS kills (TLS=1: over TLS; KAFKA_HOME, or ../shared/kafka)
	@$(BIN)/troth torture --kills $(KILLS) $(if $(TLS),--tls) $(if $(KAFKA_HOME),--kafka-home $(KAFKA_HOME))
restore-drill: build ## lose all stores while usage flows, restore them from backups, verify
	@$(BIN)/troth restore-drill
tls-test: build java python ## every kind of connection, mail too, tried with what it must refuse (KAFKA_HOME, or ../shared/kafka)
	@$(BIN)/troth tls-test $(if $(KAFKA_HOME),--kafka-home $(KAFKA_HOME))
	@$(TEST) --filter SMTPTests
acl-test: build java ## every permission and denial, tried on a real Apache Kafka (KAFKA_HOME, or ../shared/kafka)
	@$(BIN)/troth acl-test $(if $(KAFKA_HOME),--kafka-home $(KAFKA_HOME))
abuse: build ## what attackers do with rights requests, played against a stack of its own (CASES=names)
	@$(BIN)/troth abuse $(CASES)
compose-test: image ## the story in the containers of compose.yaml, one service scaled to three (COMPOSE, IMAGE)
	@COMPOSE="$(COMPOSE)" bash Tests/Compose/run.sh
bench: build java ## figures on Apache Kafka, one JSON line each (TLS=1: over TLS)
	@$(BIN)/bench $(if $(TLS),--tls) $(if $(KAFKA_HOME),--kafka-home $(KAFKA_HOME))
lint: ## formatting
	@swift format lint --strict --parallel --recursive Package.swift Services Shared Tests
docs: build ## make the generated documents again
	@$(BIN)/troth documents --write docs
check: ## what CI runs
	@bash .ci/run

##@ Build
build: packages ## compile everything once, tests too
	@start=$$(date +%s); swift build -c release --build-tests && echo $$(($$(date +%s) - start)) > .build/build-seconds
image: ## the container image of all services and the command line
	@$(IMAGE)
packages: ## install the Debian packages that are missing
	@missing=$$(for p in $(PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || echo $$p; done); \
	if [ -n "$$missing" ]; then echo "installing" $$missing; \
	$(SUDO) apt-get update -q >/dev/null && $(SUDO) apt-get install -y -q --no-install-recommends $$missing >/dev/null; fi
java: ## install a Java runtime for Apache Kafka where there is none
	@command -v java >/dev/null || { $(SUDO) apt-get update -q >/dev/null && \
	$(SUDO) apt-get install -y -q --no-install-recommends $(JAVA) >/dev/null; }
python: $(VENV)/ready ## install the Python packages of the tests
$(VENV)/ready: Makefile | packages
	@python3 -m venv $(VENV) && $(VENV)/bin/pip install -q --disable-pip-version-check $(WHEELS) && touch $@
clean: ## remove what was built and what the stack left
	@rm -rf .build .troth

help:
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: abuse restore-drill demo up down test simulate test-kafka tls-test acl-test compose-test bench lint docs check build image packages java python clean help
