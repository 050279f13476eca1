# onnxlint: the two that matter are `make try` and `make test`; `make help` lists the rest.
# B=DIR builds elsewhere; CC=clang, SAN=1 (ASan and UBSan), WERROR=1, COV=1 as wanted.

B        ?= build
PREFIX   ?= /usr/local
DESTDIR  ?=
ifeq ($(origin CC),default)
CC := gcc
endif
VERSION  := 0.1.0
SAN      ?= 0
COV      ?= 0
WERROR   ?= 0

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wcast-qual -Wwrite-strings -Wformat=2 -Wundef -Wvla -Wimplicit-fallthrough \
	-Wswitch-enum -Wdouble-promotion
ifeq ($(WERROR),1)
WARN += -Werror
endif

PKGS := libprotobuf-c yaml-0.1 libpcre2-8
OPT  ?= -O2 -g
STD  := -std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE
ifeq ($(COV),1)
OPT  := -O0 -g
SANF := --coverage
endif
ifeq ($(SAN),1)
OPT  := -O1 -g -fno-omit-frame-pointer
SANF := -fsanitize=address,undefined -fno-sanitize-recover=undefined
STD  += -DOL_ARENA_DEBUG
endif
CFLAGS  ?=
LDFLAGS ?=
ALL_CFLAGS = $(STD) $(OPT) $(WARN) $(SANF) -fPIC -fvisibility=hidden -Isrc -Iinclude -I$(B)/gen \
	-DOL_VERSION='"$(VERSION)"' $(shell pkg-config --cflags $(PKGS) 2>/dev/null) $(CFLAGS)
LIBS = $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm -pthread

# Every folder of src/ but cli/ and tui/ is the library; files are found, never listed.
LIB_SRC  := $(filter-out src/cli/% src/tui/%,$(sort $(wildcard src/*/*.c src/*/*/*.c src/*/*/*/*.c)))
CLI_SRC  := $(sort $(wildcard src/cli/*.c))
LIB_OBJ  := $(LIB_SRC:%.c=$(B)/%.o)
CLI_OBJ  := $(CLI_SRC:%.c=$(B)/%.o)
PB_OBJ   := $(B)/gen/onnx.pb-c.o
LIST_OBJ := $(B)/gen/builtins.o $(B)/gen/formats.o $(B)/gen/families.o
DATA_OBJ := $(B)/gen/schemas_image.o $(B)/gen/targets_image.o
RULE_OBJ := $(B)/gen/rules_image.o
CORE     := $(B)/libcore.a
LIBA     := $(B)/libonnxlint.a
BIN      := $(B)/onnxlint
MAN      := $(patsubst man/%,$(B)/man/%,$(sort $(wildcard man/*.[1-9])))
UNIT     := $(patsubst tests/unit/%.c,$(B)/unit/%,$(sort $(wildcard tests/unit/test_*.c)))

.PHONY: all
all: ## build the program, the library and its pkg-config file
all: $(BIN) $(B)/libonnxlint.so $(B)/onnxlint.pc $(MAN)

# ---- generated sources ----
$(B)/gen/onnx.pb-c.c $(B)/gen/onnx.pb-c.h &: proto/onnx.proto
	@mkdir -p $(B)/gen
	protoc-c --proto_path=proto --c_out=$(B)/gen proto/onnx.proto

$(B)/gen/onnx.pb-c.o: $(B)/gen/onnx.pb-c.c
	$(CC) $(STD) $(OPT) -fPIC -fvisibility=hidden -I$(B)/gen -w -c -o $@ $<

# A list of const structs, one a file: src/rules/builtins/x.c defines ol_builtin_x.
define list_of # type, prefix, array, header, files
{ echo '/* generated: one row a file */'; echo '#include "$(4)"'; \
  for f in $(notdir $(basename $(5))); do echo "extern const struct $(1) $(2)$${f#fmt_};"; done; \
  echo 'const struct $(1) *const $(3)[] = {'; \
  for f in $(notdir $(basename $(5))); do echo "	&$(2)$${f#fmt_},"; done; echo '	NULL};'; } > $@
endef
BUILTINS := $(sort $(wildcard src/rules/builtins/*.c))
FORMATS  := $(sort $(wildcard src/report/fmt_*.c))
$(B)/gen/builtins.c: $(BUILTINS) Makefile
	@mkdir -p $(@D)
	@$(call list_of,ol_builtin,ol_builtin_,ol_builtins,rules/builtin.h,$(BUILTINS))
$(B)/gen/formats.c: $(FORMATS) Makefile
	@mkdir -p $(@D)
	@$(call list_of,ol_format,ol_format_,ol_formats,report/report.h,$(FORMATS))

FAMILIES := $(sort $(wildcard src/infer/ops/*.c))
$(B)/gen/families.c: $(FAMILIES) Makefile
	@mkdir -p $(@D)
	@$(call list_of,ol_infer_family,ol_infer_family_,ol_infer_families,infer/op.h,$(FAMILIES))

# ---- images: YAML compiled before the program that embeds it ----
$(B)/tools/%.o: tools/%.c | $(B)/gen/onnx.pb-c.h
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
$(B)/tools/embed_schemas: $(B)/tools/embed_schemas.o $(CORE)
	$(CC) $(SANF) $(LDFLAGS) -o $@ $< $(CORE) $(LIBS)
$(B)/tools/embed_rules: $(B)/tools/embed_rules.o $(CORE) $(DATA_OBJ)
	$(CC) $(SANF) $(LDFLAGS) -o $@ $< $(CORE) $(DATA_OBJ) $(CORE) $(LIBS)
SCHEMA_YAML := $(sort $(wildcard rules/schemas/*.yaml))
TARGET_YAML := $(sort $(wildcard rules/targets/*.yaml))
CHECK_YAML  := $(sort $(wildcard rules/checks/*.yaml))
$(B)/gen/schemas_image.c: $(B)/tools/embed_schemas $(SCHEMA_YAML)
	$< schemas $@ $(SCHEMA_YAML)
$(B)/gen/targets_image.c: $(B)/tools/embed_schemas $(TARGET_YAML)
	$< targets $@ $(TARGET_YAML)
$(B)/gen/rules_image.c: $(B)/tools/embed_rules $(CHECK_YAML)
	$< $@ $(CHECK_YAML)

# ---- objects ----
$(B)/%.o: %.c | $(B)/gen/onnx.pb-c.h
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
$(B)/gen/%.o: $(B)/gen/%.c
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# libcore: everything but the images; the tools that make the images link it.
$(CORE): $(LIB_OBJ) $(PB_OBJ) $(LIST_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^
$(LIBA): $(LIB_OBJ) $(PB_OBJ) $(LIST_OBJ) $(DATA_OBJ) $(RULE_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^
$(B)/libonnxlint.so: $(LIBA)
	$(CC) -shared $(SANF) $(LDFLAGS) -Wl,-soname,libonnxlint.so.0 -o $@ -Wl,--whole-archive $(LIBA) -Wl,--no-whole-archive $(LIBS)
$(BIN): $(CLI_OBJ) $(LIBA)
	$(CC) $(SANF) $(LDFLAGS) -o $@ $(CLI_OBJ) $(LIBA) $(LIBS)
# PREFIX may be another one at `make install`
$(B)/onnxlint.pc: FORCE
	@mkdir -p $(@D)
	@printf 'prefix=%s\nlibdir=$${prefix}/lib\nincludedir=$${prefix}/include\n\nName: onnxlint\nDescription: ONNX model linter and compatibility auditor\nVersion: %s\nLibs: -L$${libdir} -lonnxlint\nLibs.private: -lprotobuf-c -lyaml -lpcre2-8 -lm -pthread\nCflags: -I$${includedir}\n' '$(PREFIX)' '$(VERSION)' > $@

.PHONY: FORCE
FORCE:

# ---- manual pages: the lists of options, fields and functions are the program's own ----
$(B)/man/%: man/% tools/gen-man $(BIN)
	@mkdir -p $(@D)
	@tools/gen-man $(BIN) $< > $@.tmp && mv $@.tmp $@

# ---- unit tests: tests/unit/test_x.c is one program (cmocka) ----
$(B)/unit/%: tests/unit/%.c $(LIBA) | $(B)/gen/onnx.pb-c.h
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $< $(LIBA) $(LIBS) -lcmocka
# the same against the core only: no images needed (for work on one module)
$(B)/unit-core/%: tests/unit/%.c $(CORE) | $(B)/gen/onnx.pb-c.h
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $< $(CORE) $(LIBS) -lcmocka

-include $(shell find $(B) -name '*.d' 2>/dev/null)

# ---- small programs for tests: our modules driven from outside ----
$(B)/cel_run: tests/cel/cel_run.c $(CORE)
	$(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $< $(CORE) $(LIBS)
$(B)/interop/%: tests/interop/%.c $(LIBA) | $(B)/gen/onnx.pb-c.h
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $< $(LIBA) $(LIBS)
DRIVERS := $(patsubst tests/interop/%.c,$(B)/interop/%,$(sort $(wildcard tests/interop/*.c)))

# ---- reliability: failing allocations, failing system calls, growth, inputs that once crashed ----
# The libraries' archives where there are any, so that their allocations fail too.
ARCHIVES = $(foreach l,protobuf-c yaml pcre2-8,$(or $(filter /%,$(shell $(CC) -print-file-name=lib$(l).a)),-l$(l)))
comma := ,
wrap = $(addprefix -Wl$(comma)--wrap=,$(1))
OOM_CALLS := malloc calloc realloc aligned_alloc free strdup strndup opendir closedir
IO_CALLS  := main read pread fstat open openat readdir fdopen close rename lseek
$(B)/torture/oom: tests/torture/oom.c $(LIBA)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) $(call wrap,$(OOM_CALLS)) -o $@ $< $(LIBA) $(ARCHIVES) -lm
$(B)/torture/io: tests/torture/io.c $(CLI_OBJ) $(LIBA)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) $(call wrap,$(IO_CALLS)) -o $@ $< $(CLI_OBJ) $(LIBA) $(LIBS)
$(B)/torture/growth: tests/torture/growth.c $(LIBA)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $< $(LIBA) $(LIBS)
$(B)/replay/%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c $(LIBA)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< tests/fuzz/replay.c $(LIBA) $(LIBS)
TORTURE := $(B)/torture/oom $(B)/torture/io $(B)/torture/growth
REPLAY  := $(patsubst tests/fuzz/fuzz_%.c,$(B)/replay/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))

# ---- what people run ----
.PHONY: try test tests-built interop bench fuzz asan lint install uninstall dist clean help

try: ## build, and audit a real model for two targets
	@tools/setup build
	@$(MAKE) --no-print-directory -s all
	@echo '$$ onnxlint check testdata/detector-small.onnx --target keras,onnxruntime-cpu'
	@$(BIN) check testdata/detector-small.onnx --target keras,onnxruntime-cpu --fail-on never

test: ## install what is missing, build, run all tests that need neither network nor Python
	@tools/setup test
	@$(MAKE) --no-print-directory -s tests-built
	@B=$(B) CC=$(CC) tests/run $(B)

tests-built: all $(UNIT) $(B)/cel_run $(TORTURE) $(REPLAY)

interop: ## the real peers (onnx, onnxruntime) from pip in a private venv, other compilers, sanitizers
	@tools/setup interop
	@$(MAKE) --no-print-directory -s all $(DRIVERS)
	@B=$(B) tests/interop/run $(B)

asan: ## the tests under AddressSanitizer and UndefinedBehaviorSanitizer, in build-asan
	@tools/setup test
	@$(MAKE) --no-print-directory -s SAN=1 B=build-asan tests-built
	@B=build-asan CC=$(CC) tests/run build-asan

bench: ## speed and memory beside onnx.checker, as ratios, in one run
	@tools/setup interop
	@$(MAKE) --no-print-directory -s all
	@$(CC) $(STD) -O2 -o $(B)/measure tests/bench/measure.c
	@tests/interop/venv $(B)/venv onnx
	@$(B)/venv/bin/python tests/bench/bench.py $(BIN)

FUZZ := $(patsubst tests/fuzz/%.c,build-fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
fuzz: ## build the fuzzers (clang, libFuzzer) into build-fuzz/
	@tools/setup fuzz
	@$(MAKE) --no-print-directory -s fuzzers B=build-fuzz CC=clang SAN=1 CFLAGS="-fsanitize=fuzzer-no-link $(CFLAGS)"
	@tests/fuzz/seeds build-fuzz/corpus
	@echo "run one: build-fuzz/fuzz_load -max_total_time=60 build-fuzz/corpus/load"
.PHONY: fuzzers
fuzzers: $(FUZZ)
build-fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(LIBA)
	$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $< $(LIBA) $(LIBS)

lint: ## strict warnings as errors with gcc and clang, shellcheck where it is installed
	@$(MAKE) --no-print-directory -s WERROR=1 B=build-gcc CC=gcc tests-built
	@$(MAKE) --no-print-directory -s WERROR=1 B=build-clang CC=clang tests-built
	@if command -v shellcheck >/dev/null; then shellcheck tools/setup tools/check-layers tools/gen-man tests/run tests/docs/run .ci/run; fi

install: all ## program, library, header, manual pages, completions below PREFIX
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include \
		$(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/man/man3 $(DESTDIR)$(PREFIX)/share/man/man5 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 755 $(BIN) $(DESTDIR)$(PREFIX)/bin/onnxlint
	install -m 644 $(LIBA) $(DESTDIR)$(PREFIX)/lib/
	install -m 755 $(B)/libonnxlint.so $(DESTDIR)$(PREFIX)/lib/libonnxlint.so.0
	ln -sf libonnxlint.so.0 $(DESTDIR)$(PREFIX)/lib/libonnxlint.so
	install -m 644 $(B)/onnxlint.pc $(DESTDIR)$(PREFIX)/lib/pkgconfig/
	install -m 644 include/onnxlint.h $(DESTDIR)$(PREFIX)/include/
	for f in $(MAN); do install -m 644 "$$f" $(DESTDIR)$(PREFIX)/share/man/man$${f##*.}/; done
	$(BIN) completion bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/onnxlint
	$(BIN) completion zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_onnxlint
	$(BIN) completion fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/onnxlint.fish

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/onnxlint $(DESTDIR)$(PREFIX)/lib/libonnxlint.a $(DESTDIR)$(PREFIX)/lib/libonnxlint.so \
		$(DESTDIR)$(PREFIX)/lib/libonnxlint.so.0 $(DESTDIR)$(PREFIX)/lib/pkgconfig/onnxlint.pc \
		$(DESTDIR)$(PREFIX)/include/onnxlint.h $(DESTDIR)$(PREFIX)/share/bash-completion/completions/onnxlint \
		$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_onnxlint $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/onnxlint.fish
	for f in $(notdir $(MAN)); do rm -f $(DESTDIR)$(PREFIX)/share/man/man$${f##*.}/"$$f"; done

dist: ## a source archive of the committed tree
	git archive --format=tar.gz --prefix=onnxlint-$(VERSION)/ -o onnxlint-$(VERSION).tar.gz HEAD

clean: ## remove everything that was built
	rm -rf build build-asan build-gcc build-clang build-fuzz

help: ## this list
	@echo 'make TARGET   (B=DIR builds elsewhere; CC=clang, SAN=1, WERROR=1 as wanted)'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1	\2/p' $(MAKEFILE_LIST) | expand -t 14
