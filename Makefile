# Shelfcast. `make help` lists the commands.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
LAN ?=
CAMERA ?=
B ?=
# tests of one file share browsers and shops: a file stays with one process, and files start in the order that conftest gives;
# two processes more than cores, since much of a test is waiting
SIDE_BY_SIDE := -n $(shell echo $$(($$(nproc) + 2))) --maxprocesses 4 --dist loadfile --no-loadscope-reorder
# compiled modules are kept, whatever the environment says: or every process would compile the product anew when it starts
export PYTHONDONTWRITEBYTECODE :=

# $(call debian,PACKAGE): install it when root, else print the one line to run
debian = if [ "$$(id -u)" = 0 ]; then echo "Installing $(1) …"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(1) >/dev/null; \
	else echo "Shelfcast needs $(1). Please run: sudo apt-get install -y $(1)"; exit 1; fi

.PHONY: help demo test soak lint bench wheel clean assets axe screenshots
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

demo: $(VENV)/.demo assets ## set everything up and run the demo store (LAN=1: on the local network; CAMERA=clip: with a camera)
	@$(BIN)/shelfcast demo $(if $(LAN),--lan) $(if $(CAMERA),--camera $(CAMERA))

test: $(VENV)/.test assets axe ## all tests but the long ones
	@command -v chromium-headless-shell >/dev/null || { $(call debian,chromium-headless-shell); }
	@# side by side they share two cores with browsers and whole shops: what fails is asked once more, alone
	$(BIN)/pytest -m "not soak" $(SIDE_BY_SIDE) || $(BIN)/pytest -m "not soak" --last-failed --last-failed-no-failures=none

soak: $(VENV)/.test assets axe ## what is too long for `make test`
	@command -v strace >/dev/null || { $(call debian,strace); }
	@command -v chromium-headless-shell >/dev/null || { $(call debian,chromium-headless-shell); }
	$(BIN)/pytest -m soak
	$(BIN)/pytest -m "hypothesis and not soak" --hypothesis-profile=many

lint: $(VENV)/.test ## style, types, import contracts, documentation
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/docs

bench: $(VENV)/.test assets ## measure (B=NAME: one of decide fanout recommend identity camera sight scan player shelf)
	@command -v chromium >/dev/null || { $(call debian,chromium); }
	@$(if $(B),$(BIN)/python -m tests.bench.$(B),set -e; for b in decide recommend identity camera fanout sight scan player shelf; do echo "== $$b"; $(BIN)/python -m tests.bench.$$b; done)

assets: $(VENV)/.demo
	@$(BIN)/shelfcast assets pull
	@$(BIN)/shelfcast models pull

axe: $(VENV)/.test
	@$(BIN)/python -m tests.axe
	@$(BIN)/python -m tests.bandit

wheel: assets ## build dist/*.whl, with fonts, pictograms and weights inside
	@$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

screenshots: $(VENV)/.test assets ## take the pictures of docs/screenshots/ again, of a real demo store
	@command -v chromium >/dev/null || { $(call debian,chromium); }
	@$(BIN)/python -m tests.screenshots

clean: ## remove what make made (not shelfcast-data)
	rm -rf $(VENV) build dist test-output assets/ready models/ready tests/ready .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find signage recommender tests -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { $(call debian,python3.11-venv); }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: pyproject.toml | $(VENV)/bin/python
	@PATH="$$PATH:/sbin:/usr/sbin" ldconfig -p | grep -q libgomp.so.1 || { $(call debian,libgomp1); }
	@echo "Installing packages (about a minute the first time) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[demo]"
	@touch $@

$(VENV)/.test: pyproject.toml | $(VENV)/bin/python
	@PATH="$$PATH:/sbin:/usr/sbin" ldconfig -p | grep -q libgomp.so.1 || { $(call debian,libgomp1); }
	@echo "Installing packages for the tests …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[demo,test]"
	@touch $@ $(VENV)/.demo
