# `make` alone lists the targets. Everything runs in .venv, made once from the hash-pinned lock in deploy/locks.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked
READY := $(VENV)/.ready
SPEED ?= 2
CHECK ?=
BENCH ?=
WORKERS ?= 2

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PYTHONDONTWRITEBYTECODE :=
unexport PYTHONPATH
unexport VIRTUAL_ENV

.PHONY: help demo test check chromium bench soak proto texts lock clean
.DEFAULT_GOAL := help

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(READY)  ## a hub and six agencies on this machine (SPEED=2 minutes of it a second; CHECK=1: no waiting)
	@$(BIN)/holdfast demo $(if $(CHECK),--check,--speed $(SPEED))

test: check chromium  ## everything but the soak: checks, then the whole suite
	@$(BIN)/pytest -n $(WORKERS) --no-loadscope-reorder -m "not soak" -q

check: $(READY)  ## ruff, mypy, architecture tests, stale stubs and texts
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy common hub node deploy tests proto
	@$(BIN)/python proto/generate.py --check
	@$(BIN)/python -m deploy.texts --check
	@$(BIN)/pytest -q tests/test_architecture.py

bench: $(READY)  ## measurements, one JSON line each (BENCH=name for one)
	@$(BIN)/holdfast bench $(BENCH)

chromium:
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
		&& echo "Installing Debian's chromium, which the tests of the consoles drive ..." \
		&& apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
		|| { echo "The tests of the consoles drive Debian's chromium: apt-get install chromium" >&2; exit 2; }

soak: $(READY)  ## what takes too long for `make test`
	@$(BIN)/pytest -n $(WORKERS) --no-loadscope-reorder -m soak
	@$(BIN)/pytest -n $(WORKERS) --hypothesis-profile=explore -q tests/unit

proto: $(READY)  ## regenerate the stubs from proto/
	@$(BIN)/python proto/generate.py

texts: $(READY)  ## gather the consoles' texts into their catalogue
	@$(BIN)/python -m deploy.texts

UV := $(VENV)/lock-tools/bin/uv
COMPILE = $(UV) --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-header --no-emit-index-url --no-emit-find-links pyproject.toml

lock:  ## resolve the lock files again, after a change of dependencies (UPGRADE=1: to the newest versions)
	@$(PYTHON) -m venv $(VENV)/lock-tools && $(VENV)/lock-tools/bin/pip install --quiet uv==0.13.9
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --output-file deploy/locks/runtime.txt
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --extra dev --constraint deploy/locks/runtime.txt --output-file deploy/locks/dev.txt

clean:  ## remove .venv and caches
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis holdfast.egg-info build

# Each stamp comes last, so that a make that was interrupted starts over.
$(LOCKED): deploy/locks/dev.txt
	@test -n "$(PYTHON)" || { echo "Holdfast needs Python 3.11 or newer: none found as python3; set PYTHON=" >&2; exit 2; }
	@echo "Making $(VENV) from deploy/locks/dev.txt (once; about a minute) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/pip install --quiet --require-hashes -r deploy/locks/dev.txt
	@touch $@

$(READY): $(LOCKED) pyproject.toml
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --no-index -e .
	@touch $@
