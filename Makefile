# `make up` starts Waymark and `make test` checks it; the other targets are parts of these two.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

WAYMARK := $(or $(CARGO_TARGET_DIR),target)/release/waymark
PURE := chain-types chain-state chain-ledger chain-proof chain-seal chain-replica standards-number standards-gs1 standards-webhooks standards-epcis
# Arguments for the command of a target: `make bench ARGS="capture --quick"`.
ARGS ?=

# nextest if it is installed (parallel, with a timeout per test), otherwise the built-in runner.
CARGO_TEST := $(if $(shell command -v cargo-nextest),nextest run --no-fail-fast,test --no-fail-fast)

WEB_SOURCES := $(shell find web openapi -type f \
	-not -path 'web/node_modules/*' -not -path 'web/dist/*' -not -path 'web/test-results/*' 2>/dev/null)

.PHONY: help setup web build up test check bench abuse fuzz fmt clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

setup: ## install what is missing on this machine (script/setup --check only reports)
	@script/setup

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	npm --prefix web ci --no-audit --no-fund
	@touch $@

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	npm --prefix web run build
	@touch $@

web: web/dist/index.html ## build the console, if its sources changed

# Only tests need the browser; starting Waymark should not download one.
build: ## build the console and the release binary that embeds it
	@script/setup --no-browser
	@$(MAKE) web
	CARGO_TERM_PROGRESS_WHEN=always CARGO_TERM_PROGRESS_WIDTH=100 cargo build --release --locked --workspace --bin waymark

up: build ## set up, build and start everything on this machine
	@exec $(WAYMARK) up $(ARGS)

test: ## everything: formats, lints, builds, tests, schemas, browser, crash loop
	@script/test

check: ## the fast part of `make test`: format, lints, pure crates, house rules
	cargo fmt --all --check
	cargo clippy --release --locked --workspace --all-targets -- -D warnings
	cargo $(CARGO_TEST) --release --locked $(addprefix --package ,$(PURE))
	cargo xtask

bench: build ## measure this machine: throughput, latency, each with its bound
	$(WAYMARK) bench $(ARGS)

# The seconds for each decoder. The seed is new in each run and is printed; `SEED=N` repeats one.
SECONDS ?= 60
SEED ?= $(shell date +%s)

fuzz: ## random input for every decoder: SECONDS=60, SEED=N
	@echo "seed $(SEED)"
	WAYMARK_FUZZ_SECONDS=$(SECONDS) WAYMARK_FUZZ_SEED=$(SEED) cargo test --release --locked --package fuzz

abuse: build ## attack an instance of its own: `make abuse ARGS="--only foreign-ids"`, `ARGS=--list`
	@status=0; if [[ -x script/schemathesis && -z "$(ARGS)" ]]; then \
		WAYMARK_BIN=$(WAYMARK) script/schemathesis || status=$$?; fi; \
	cargo run --release --locked --quiet --package abuse -- --waymark $(WAYMARK) $(ARGS) && exit $$status

fmt: ## format Rust and web sources
	cargo fmt --all
	cd web && npx --no-install biome check --write

clean: ## remove build output, never data
	cargo clean
	rm -rf web/dist web/node_modules
