// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/encryption.h"

/* Names in the log: arch/x86/mm/mem_encrypt.c; flags: cpufeatures.h of x86. */
static const struct {
	const char *log_name;
	const char *cpu_flag;
} features[ENCRYPTION_COUNT] = {
	{ "SME", "sme" },	{ "SEV", "sev" },
	{ "SEV-ES", "sev_es" }, { "SEV-SNP", "sev_snp" },
	{ "TDX", "tdx_guest" }, { "CCA", NULL },
};

const char *encryption_name(unsigned int index)
{
	return index < ENCRYPTION_COUNT ? features[index].log_name : "?";
}

static unsigned int of_words(struct text words)
{
	unsigned int bits = 0;
	struct text word;

	while (text_word(&words, &word)) {
		for (unsigned int i = 0; i < ENCRYPTION_COUNT; i++) {
			if (text_equal(word, features[i].log_name))
				bits |= 1U << i;
		}
	}
	return bits;
}

unsigned int encryption_of_log_line(struct text line)
{
	/*
	 * "Memory Encryption Features active: AMD SEV SEV-ES"; 5.11 to 5.15
	 * say "AMD Memory Encryption Features active: SEV"
	 */
	struct text rest = line;

	text_skip(&rest, "AMD ");
	if (text_skip(&rest, "Memory Encryption Features active:"))
		return of_words(rest);
	/* 4.14 to 5.10 */
	if (text_starts(line, "AMD Secure Memory Encryption (SME) active"))
		return ENCRYPTION_SME;
	if (text_starts(line, "AMD Secure Encrypted Virtualization (SEV) "
			      "active"))
		return ENCRYPTION_SEV;
	/* arch/arm64/kernel/rsi.c, 6.13 and later */
	if (text_starts(line, "RME: Using RSI version"))
		return ENCRYPTION_CCA;
	return 0;
}

void encryption_cpuinfo_line(void *arg, const struct line *line)
{
	unsigned int *bits = arg;
	struct text rest = line->text, word;

	if (!text_skip(&rest, "flags\t\t:"))
		return;
	while (text_word(&rest, &word)) {
		for (unsigned int i = 0; i < ENCRYPTION_COUNT; i++) {
			if (features[i].cpu_flag &&
			    text_equal(word, features[i].cpu_flag))
				*bits |= 1U << i;
		}
	}
}
