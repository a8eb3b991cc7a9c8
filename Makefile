# Every target is a thin line around bin/redis-e2e; its exit codes are 0 green, 1 a spec is red, 2 environment or usage.
# Options, all optional: make e2e SUITES=standalone FOCUS='append-only' REDIS=7.0 K8S=1.36 KEEP=failed
OPTIONS := SUITES FOCUS LABELS CHART CHART_VERSION VALUES REDIS K8S PROVIDER KUBECONFIG_FILE CONTEXT CLUSTER WORKERS ENGINE IMAGES REGISTRY KEEP PROCS REPEAT OUT SUMMARY CACHE
flag = $(if $(filter KUBECONFIG_FILE,$(1)),kubeconfig,$(subst _,-,$(shell echo $(1) | tr A-Z a-z)))
FLAGS := $(foreach o,$(OPTIONS),$(if $($(o)),'--$(call flag,$(o))=$($(o))'))
LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.PHONY: e2e test up down clean images doctor bench netpol-conformance mutants lint help build
.DEFAULT_GOAL := help

e2e: build ## create a cluster, run the suites, say what they found, delete the cluster
	@bin/redis-e2e run $(FLAGS)

test: ## unit and integration tests; the latter run the Redis image in containers
	go test -timeout 30m $$(go list ./... | grep -v /suites/)

up: build ## create the cluster and keep it: `make e2e` then uses it
	@bin/redis-e2e up $(FLAGS)

down: build ## delete the cluster, also one that a crash left behind
	@bin/redis-e2e down $(FLAGS)

clean: build ## delete the cluster, the cache and every image made for it
	@bin/redis-e2e clean $(FLAGS)

images: build ## pull or build every image a run needs
	@bin/redis-e2e images $(FLAGS)

doctor: build ## what this machine has, what is missing, and what a run would do
	@bin/redis-e2e doctor $(FLAGS)

bench: build ## our own overhead, as ratios measured in one run
	@bin/redis-e2e bench $(FLAGS)

netpol-conformance: build ## Kubernetes' own NetworkPolicy suite against the cluster, compiled here
	@bin/redis-e2e netpol-conformance $(FLAGS)

mutants: build ## bugs that real charts shipped, put into the reference chart: every one must be caught
	@bin/redis-e2e mutants $(FLAGS) $(if $(RECORD),'--record=$(RECORD)')

lint: ## imports that point the wrong way, forbidden calls, missing docs
	go run $(LINT) run ./...

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 20
	@echo; echo 'options: $(OPTIONS)'

build:
	@go build -buildvcs=auto -o bin/redis-e2e ./cmd/redis-e2e
