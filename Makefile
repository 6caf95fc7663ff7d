# Errands of a developer, a packager and of CI; each is one line here and lives in scripts/ when it needs more.

SWIFT ?= swift
# The optimised program carries Swift's libraries in itself: it starts in a third of the time, and needs no Swift where
# it runs.
RELEASE = -c release --static-swift-stdlib $(RELOCATIONS) $(RUNTIME) $(NAMES)
# A hundred thousand addresses to set at each start, packed (DT_RELR), which the linker of the Swift toolchain can do.
RELOCATIONS = -Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs
# The C++ runtime below Swift's, from an archive (scripts/static-runtime).
RUNTIME = -Xlinker -L.build/static
# Hidden from the libraries, which would look through all of them at each start.
NAMES = -Xlinker --version-script=Sources/CCertificates/exported-names.map
PREFIX ?= /usr/local
DESTDIR ?=
# Passed on to the test run as it stands, such as `--filter TidyTests`.
TOWPATH_TEST_ARGS ?=
# `--report` for one that never fails, `--record` to take the last run as what is expected.
BENCH_CHECK ?=
# How many made-up worlds `make simulate` runs, and from which seed on.
SEEDS ?= 1000
SEED ?= 0

SWIFT_SOURCES = Sources Tests Package.swift
SHELL_SCRIPTS = $(wildcard scripts/*) .ci/run

.DEFAULT_GOAL := help
.PHONY: help setup build release demo demo-remote test simulate lint format bench bench-check soak man install clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

setup: ## Install what building needs; silent when nothing is missing
	@scripts/setup

build: setup ## Build everything, for debugging
	$(SWIFT) build

release: setup ## Build the program towpath, optimised
	@SWIFT='$(SWIFT)' scripts/static-runtime
	$(SWIFT) build $(RELEASE) --product towpath

demo: release ## Show a promotion through the sample fleet, in a scratch copy
	scripts/demo

demo-remote: release ## Show the same over https, from a server that it starts
	scripts/demo --remote

test: ## Run every test once; TOWPATH_TEST_ARGS='--filter NAME' narrows it
	@scripts/setup --test
	$(SWIFT) build --build-tests
	TMPDIR=$$(scripts/scratch) $(SWIFT) test --skip-build --disable-xctest --quiet $(TOWPATH_TEST_ARGS)

simulate: release ## Run the loop in SEEDS (1000) made-up worlds where everything goes wrong, from SEED (0) on
	scripts/simulate --seed $(SEED) --seeds $(SEEDS)

lint: ## Check the format of the Swift files and the shell scripts
	@scripts/setup --lint
	$(SWIFT) format lint --strict --parallel --recursive $(SWIFT_SOURCES)
	shellcheck $(SHELL_SCRIPTS)

format: setup ## Rewrite the Swift files in the house format
	$(SWIFT) format --in-place --parallel --recursive $(SWIFT_SOURCES)

bench: release ## Measure what must stay fast
	SWIFT_RELEASE='$(RELEASE)' scripts/bench

bench-check: ## Compare the ratios of the last `make bench` with those that are committed
	python3 Tests/Benchmarks/regression.py $(BENCH_CHECK)

soak: release ## Ten thousand ticks of one process, to see that nothing gathers
	SWIFT_RELEASE='$(RELEASE)' scripts/bench --soak

man: setup ## Generate the manual pages, into .build/man
	$(SWIFT) package --allow-writing-to-package-directory generate-manual --multi-page
	mkdir -p .build/man && cp .build/plugins/GenerateManual/outputs/towpath/*.1 .build/man/

install: release man ## Install program, manual and completions below PREFIX (/usr/local), staged in DESTDIR
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/man/man1"
	install -m 755 "$$($(SWIFT) build $(RELEASE) --show-bin-path)/towpath" "$(DESTDIR)$(PREFIX)/bin/towpath"
	install -m 644 .build/man/*.1 "$(DESTDIR)$(PREFIX)/share/man/man1/"
	scripts/install-completions "$(DESTDIR)$(PREFIX)"

clean: ## Remove what was built
	rm -rf .build
