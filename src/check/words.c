#include "check/words.h"

const char *const words_placeholders[] = { "tbc", "tbd", "tba", "xx", "xxx", "xxxx", "lorem ipsum" };
const size_t words_placeholder_count = ARRAY_LEN(words_placeholders);

const char *const words_fill_in[] = { "insert", "add", "fill", "todo", "name", "date", "to be added", "to be confirmed", "to be completed" };
const size_t words_fill_in_count = ARRAY_LEN(words_fill_in);

const char *const words_quotes_alike[] = { "sv", "fi", "se" };
const size_t words_quotes_alike_count = ARRAY_LEN(words_quotes_alike);

/* ---- un-editorial-en ---- */

static const struct spelling un_spellings[] = {
	{ "isations", "izations" }, { "isation", "ization" }, { "isers", "izers" }, { "ising", "izing" },
	{ "iser", "izer" },         { "ised", "ized" },       { "ises", "izes" },   { "ise", "ize" },
};

/* Words whose -ise is no suffix.  Each stands for all that begins with it. */
static const char *const un_exceptions[] = {
	"advertis", "advis", "anis", "apprais", "appris", "aris", "bourgeois", "brais", "bruis", "cerise", "chastis",
	"chemise", "circumcis", "clockwis", "coastwis", "compris", "compromis", "concis", "contrariwis", "cris",
	"crosswis", "cruis", "demis", "despis", "devis", "disenfranchis", "disguis", "edgewis", "emprise", "enfranchis",
	"enterpris", "excis", "exercis", "expertis", "franchis", "fundrais", "guise", "hollandais", "imprecis",
	"improvis", "incis", "irises", "kais", "lengthwis", "liais", "likewis", "malaise", "marquis", "mayonnaise",
	"merchandis", "misadvis", "miser", "mortis", "nois", "otherwis", "pairwis", "paradis", "pois", "polonaise",
	"porpoise", "practis", "prais", "precis", "premis", "promis", "rais", "repris", "revis", "ris", "stepwis",
	"streetwis", "sunris", "supervis", "surmis", "surpris", "televis", "tortoise", "treatis", "turquoise", "unwis",
	"upris", "valise", "vise", "wis",
};

static const char *const un_acronyms[] = {
	"AIDS", "BC", "CD", "CE", "COVID", "DC", "EU", "GMT", "HIV", "ID", "IP", "ISBN", "ISSN", "NATO", "NGO", "OK", "PDF", "SIM",
	"SMS", "TCP", "TV", "UK", "UN", "UNESCO", "UNICEF", "URL", "US", "USA", "USB", "UTC",
};

static const struct style_pack packs[] = {
	{
		.name = "un-editorial-en",
		.language = "en",
		.spellings = un_spellings,
		.spelling_count = ARRAY_LEN(un_spellings),
		.exceptions = un_exceptions,
		.exception_count = ARRAY_LEN(un_exceptions),
		.acronyms = un_acronyms,
		.acronym_count = ARRAY_LEN(un_acronyms),
		.expand_acronyms = true,
		.lone_headings = true,
	},
};

const struct style_pack *style_pack_find(struct span name)
{
	for (size_t i = 0; i < ARRAY_LEN(packs); i++)
		if (span_is(name, packs[i].name))
			return &packs[i];
	return NULL;
}
