/* home-first: endpoints of the client's own cluster count more.
 *
 * A plugin is a pure function. It sees the arguments of its calls and nothing else: there are no files and no network,
 * the clock stands still, and every call may find a fresh instance. Weights are whole numbers.
 *
 * `weighting.h` is generated from the contract, which is in `.meshc/wit/weighting.wit` after the first build.
 * Strings have a length and no 0 at their end. What is handed over belongs to the caller; what is handed back is freed
 * after the call, so it has to be on the heap: `weighting_string_dup` copies a literal there. */

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "weighting.h"

/* What the user may write. meshc holds the config against it before it calls anything but `describe`. */
static const char SCHEMA[] =
    "{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\","
    " \"type\": \"object\","
    " \"additionalProperties\": false,"
    " \"properties\": {\"factor\": {"
    "   \"description\": \"By what the weight of an endpoint at home is multiplied.\","
    "   \"type\": \"integer\", \"minimum\": 1, \"maximum\": 100, \"default\": 2}}}";

/* The largest weight that Cilium takes. */
#define MOST 65535u

/* Memory for a list. There is nobody to tell when there is none, and a trap is shown as this plugin's fault. */
static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);
    if (!memory)
        abort();
    return memory;
}

/* Prints into a new string. */
__attribute__((format(printf, 2, 3)))
static void print(weighting_string_t *out, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    weighting_string_dup(out, text);
}

/* Reads a whole number of the config. Its text is canonical JSON without spaces, and has only what the schema allows:
 * a field of a flat object is found by its name in quotes. */
static uint32_t read_number(const weighting_string_t *config, const char *field, uint32_t otherwise)
{
    char key[64];
    size_t length = (size_t)snprintf(key, sizeof key, "\"%s\":", field);
    for (size_t at = 0; at + length < config->len; at++) {
        if (memcmp(config->ptr + at, key, length) != 0)
            continue;
        uint32_t number = 0;
        for (at += length; at < config->len && config->ptr[at] >= '0' && config->ptr[at] <= '9'; at++)
            number = number * 10 + (uint32_t)(config->ptr[at] - '0');
        return number;
    }
    return otherwise;
}

/* Scales a row down that is too large. Ratios stay, and nothing becomes 0 by that. */
static void fit(const uint64_t *weights, size_t columns, uint32_t *out)
{
    uint64_t most = 0;
    for (size_t column = 0; column < columns; column++)
        if (weights[column] > most)
            most = weights[column];
    for (size_t column = 0; column < columns; column++) {
        uint64_t weight = weights[column];
        if (most > MOST && weight > 0) {
            weight = (weight * MOST + most / 2) / most;
            weight = weight ? weight : 1;
        }
        out[column] = (uint32_t)weight;
    }
}

static void weigh(uint32_t factor, const exports_weigher_service_t *service, bool explain,
                  exports_weigher_outcome_t *outcome)
{
    size_t rows = service->clients.len, columns = service->groups.len;
    uint64_t *weights = allocate(columns, sizeof *weights);
    uint32_t *values = allocate(rows * columns, sizeof *values);
    exports_weigher_reason_t *reasons = allocate(rows * columns, sizeof *reasons);
    size_t reasoned = 0;
    for (size_t row = 0; row < rows; row++) {
        for (size_t column = 0; column < columns; column++) {
            uint32_t baseline = service->baseline.ptr[row * columns + column];
            weights[column] = baseline;
            /* Where the baseline is 0 the mesh forbids traffic: the weight has to stay 0, as a multiple does. */
            if (service->groups.ptr[column].cluster != service->clients.ptr[row] || baseline == 0)
                continue;
            weights[column] = (uint64_t)baseline * factor;
            if (explain) {
                exports_weigher_reason_t *reason = &reasons[reasoned++];
                reason->client = (weighting_option_u32_t){true, (uint32_t)row};
                reason->group = (weighting_option_u32_t){true, (uint32_t)column};
                print(&reason->text, "at home: %" PRIu32 " times the baseline of %" PRIu32, factor, baseline);
            }
        }
        fit(weights, columns, values + row * columns);
    }
    free(weights);
    outcome->weights.is_some = true;
    /* ENDPOINT: a weight is that of one endpoint, so a cluster with more of them takes more. */
    outcome->weights.val.basis = EXPORTS_WEIGHER_BASIS_ENDPOINT;
    outcome->weights.val.values.ptr = values;
    outcome->weights.val.values.len = rows * columns;
    outcome->findings.ptr = NULL;
    outcome->findings.len = 0;
    outcome->reasons.ptr = reasons;
    outcome->reasons.len = reasoned;
}

/* The three functions that meshc calls. */

void exports_weigher_describe(exports_weigher_descriptor_t *ret)
{
    weighting_string_dup(&ret->name, "home-first");
    weighting_string_dup(&ret->version, "0.1.0");
    weighting_string_dup(&ret->config_schema, SCHEMA);
    /* The labels and annotations that the plugin looks at. It is given no others. */
    ret->reads.ptr = NULL;
    ret->reads.len = 0;
}

/* Says what a schema cannot. It is called once for each build. */
void exports_weigher_check(weighting_string_t *config, exports_weigher_mesh_t *mesh,
                           exports_weigher_list_finding_t *ret)
{
    (void)mesh;
    ret->ptr = NULL;
    ret->len = 0;
    if (read_number(config, "factor", 2) != 1)
        return;
    exports_weigher_finding_t *finding = allocate(1, sizeof *finding);
    finding->severity = EXPORTS_WEIGHER_SEVERITY_WARNING;
    weighting_string_dup(&finding->code, "NO-EFFECT");
    weighting_string_dup(&finding->message, "a factor of 1 changes nothing");
    /* meshc knows the file and line of what a finding is about. */
    finding->subject.tag = EXPORTS_WEIGHER_SUBJECT_CONFIG;
    weighting_string_dup(&finding->subject.val.config, "/factor");
    weighting_string_dup(&finding->help, "write 2 or more");
    ret->ptr = finding;
    ret->len = 1;
}

/* Answers each service from that service alone: one outcome for each, in their order. */
void exports_weigher_weigh(weighting_string_t *config, exports_weigher_mesh_t *mesh,
                           exports_weigher_list_service_t *services, exports_weigher_options_t *options,
                           exports_weigher_list_outcome_t *ret)
{
    (void)mesh;
    uint32_t factor = read_number(config, "factor", 2);
    ret->len = services->len;
    ret->ptr = allocate(services->len, sizeof *ret->ptr);
    for (size_t index = 0; index < services->len; index++)
        weigh(factor, &services->ptr[index], options->explain, &ret->ptr[index]);
}
