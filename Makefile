# The only door: every task of this repository is a target here. `make` alone prints them.

SWIFT ?= swift
# More arguments for the program that a target runs, e.g. `make test ARGS="--filter TTRPC"`.
ARGS ?=
# Where `make run` keeps its data (ignored by git).
DATA ?= var

# After a crash the backtracer can hang for minutes, and it helps no one in a terminal.
export SWIFT_BACKTRACE = enable=no

# Exclusivity checks are off for measuring only: the flag is unsafe, so it is not in Package.swift.
# The runtime is linked statically, as in docs/operations.md: calls into it take no detour then.
MEASURED = -c release -Xswiftc -enforce-exclusivity=unchecked --static-swift-stdlib

.DEFAULT_GOAL := help
.PHONY: help setup build run demo test web-test schemathesis fuzz tsan asan soak generate format \
  lint bench bench-peers bench-rest bench-chat instructions clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what is missing (Debian packages by name; sudo where needed)
	@scripts/setup.sh

build: setup ## Build the server and its command line
	@$(SWIFT) build --product wardline

run: build ## Run a development server with a sample clinic; its data lies in ./var
	@exec .build/debug/wardline serve --dev --data $(DATA) $(ARGS)

demo: build ## Show a conversation, a kill -9 in its middle, and that nothing was lost
	@exec .build/debug/wardline demo $(ARGS)

test: ## Build and run every test
	@scripts/setup.sh conformance
	@scripts/build-peers.sh >/dev/null || echo "make: the tests of these peers will fail" >&2
	@SWIFT=$(SWIFT) scripts/test.sh $(ARGS)

web-test: build ## Run the tests of the web app in a browser (ARGS=WORD for some)
	@scripts/setup.sh web
	@scripts/web-test.sh $(ARGS)

schemathesis: build ## Hold the server against its OpenAPI document (ARGS for schemathesis)
	@scripts/schemathesis.sh $(ARGS)

fuzz: setup ## Fuzz every decoder for FUZZ_SECONDS (60) each (ARGS=TARGET for one)
	@exec scripts/fuzz.sh $(ARGS)

tsan: setup ## Run the engine's tests under the thread sanitizer
	@SWIFT=$(SWIFT) scripts/test.sh --sanitize thread $(ARGS)

asan: setup ## Run the engine's tests under the address sanitizer
	@SWIFT=$(SWIFT) scripts/test.sh --sanitize address $(ARGS)

soak: setup ## Attack for long, with ten to a thousand times as much: many hours
	@WARDLINE_SOAK=1 WARDLINE_KILL_ROUNDS=200 WARDLINE_NETWORK_ROUNDS=200 exec $(SWIFT) test \
	  --disable-xctest --no-parallel \
	  --filter 'AttackTests|FaultTests|HistoryTests|StreamEchoTests|FloodTests|ClockJumpTests' $(ARGS)

generate: ## Write all generated code anew from proto/
	@scripts/setup.sh generate
	@scripts/generate.sh

format: ## Format every Swift file in place
	@scripts/format.sh

lint: ## Check format, style and import directions (no build, no network)
	@scripts/lint.sh

bench: setup ## Measure a release build
	@$(SWIFT) build $(MEASURED) --product wardline-bench
	@exec .build/release/wardline-bench $(ARGS)

bench-peers: setup ## Measure beside others' servers; installs and builds them (ARGS=--quick)
	@$(SWIFT) build $(MEASURED) --product wardline-bench
	@bench/peers/build.sh
	@exec python3 bench/report/run.py $(ARGS)

bench-rest: setup ## Measure the REST face beside an empty handler (ARGS=--quick)
	@$(SWIFT) build $(MEASURED) --product wardline-bench
	@bench/peers/build.sh wrk
	@exec python3 bench/report/rest.py $(ARGS)

bench-chat: setup ## Measure the whole chat beside its peers (ARGS=--quick)
	@$(SWIFT) build $(MEASURED) --product wardline-bench
	@bench/peers/build.sh c sqlite redis nats postgresql synapse
	@exec python3 bench/report/chat.py $(ARGS)

instructions: ## Count the instructions of calls and compare with the thresholds (ARGS=--update)
	@scripts/setup.sh instructions
	@$(SWIFT) build $(MEASURED) --product wardline-instructions
	@exec scripts/instructions.py .build/release/wardline-instructions $(ARGS)

clean: ## Remove what building left behind (not the data in ./var)
	@rm -rf .build .build-*
