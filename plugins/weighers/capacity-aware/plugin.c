/* capacity-aware: an endpoint is sent as much as it can take, where clusters run on different machines.
 *
 * The Service of each cluster says what one of its endpoints takes, in any unit that all of them share. */

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "weighting.h"

#define KEY "capacity.example.com/per-endpoint"

/* The largest weight that Cilium takes. */
#define MOST 65535u

/* The largest capacity: with the largest baseline it is far from the end of 64 bits, also while a row is scaled. */
#define LARGEST 1000000u

static const char SCHEMA[] =
    "{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\","
    " \"title\": \"capacity-aware\","
    " \"type\": \"object\","
    " \"additionalProperties\": false,"
    " \"properties\": {\"default\": {"
    "   \"description\": \"What an endpoint takes where the Service does not say it.\","
    "   \"type\": \"integer\", \"minimum\": 1, \"maximum\": 1000000, \"default\": 100}}}";

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

/* The attribute of a group, or NULL. */
static const weighting_string_t *find(const exports_weigher_group_t *group)
{
    for (size_t index = 0; index < group->attrs.len; index++) {
        const weighting_tuple2_string_string_t *pair = &group->attrs.ptr[index];
        if (pair->f0.len == sizeof KEY - 1 && memcmp(pair->f0.ptr, KEY, sizeof KEY - 1) == 0)
            return &pair->f1;
    }
    return NULL;
}

/* Reads a whole number from 1 to LARGEST; 0 if it is none. */
static uint32_t read_capacity(const weighting_string_t *text)
{
    uint32_t number = 0;
    if (text->len > 7)
        return 0;
    for (size_t at = 0; at < text->len; at++) {
        if (text->ptr[at] < '0' || text->ptr[at] > '9')
            return 0;
        number = number * 10 + (uint32_t)(text->ptr[at] - '0');
    }
    return number <= LARGEST ? number : 0;
}

/* What an endpoint of each group takes. Adds a finding for a cluster that says it wrongly, at its first group: groups are
 * sorted by cluster, and all of a cluster have its attributes. */
static uint32_t *read_capacities(const exports_weigher_service_t *service, uint32_t otherwise,
                                 exports_weigher_list_finding_t *findings)
{
    uint32_t *capacities = allocate(service->groups.len, sizeof *capacities);
    findings->ptr = allocate(service->groups.len, sizeof *findings->ptr);
    findings->len = 0;
    for (size_t index = 0; index < service->groups.len; index++) {
        const exports_weigher_group_t *group = &service->groups.ptr[index];
        const weighting_string_t *written = find(group);
        capacities[index] = written ? read_capacity(written) : otherwise;
        if (capacities[index] > 0)
            continue;
        capacities[index] = otherwise;
        if (index > 0 && group->cluster == service->groups.ptr[index - 1].cluster)
            continue;
        exports_weigher_finding_t *finding = &findings->ptr[findings->len++];
        finding->severity = EXPORTS_WEIGHER_SEVERITY_ERROR;
        weighting_string_dup(&finding->code, "CAPACITY");
        weighting_string_dup(&finding->message, "the capacity is not a whole number from 1 to 1000000");
        finding->subject.tag = EXPORTS_WEIGHER_SUBJECT_GROUP_ATTR;
        finding->subject.val.group_attr.f0 = (uint32_t)index;
        weighting_string_dup(&finding->subject.val.group_attr.f1, KEY);
        weighting_string_dup(&finding->help, "write what one endpoint takes, such as 250");
    }
    return capacities;
}

/* One reason for each group: it holds for all clients. */
static void explain(const uint32_t *capacities, size_t count, exports_weigher_list_reason_t *reasons)
{
    reasons->ptr = allocate(count, sizeof *reasons->ptr);
    reasons->len = count;
    for (size_t index = 0; index < count; index++) {
        reasons->ptr[index].client.is_some = false;
        reasons->ptr[index].group = (weighting_option_u32_t){true, (uint32_t)index};
        print(&reasons->ptr[index].text, "an endpoint takes %" PRIu32, capacities[index]);
    }
}

static void weigh(uint32_t otherwise, const exports_weigher_service_t *service, bool explaining,
                  exports_weigher_outcome_t *outcome)
{
    size_t rows = service->clients.len, columns = service->groups.len;
    uint32_t *capacities = read_capacities(service, otherwise, &outcome->findings);
    uint64_t *weights = allocate(columns, sizeof *weights);
    uint32_t *values = allocate(rows * columns, sizeof *values);
    for (size_t row = 0; row < rows; row++) {
        for (size_t column = 0; column < columns; column++)
            weights[column] = (uint64_t)service->baseline.ptr[row * columns + column] * capacities[column];
        fit(weights, columns, values + row * columns);
    }
    outcome->weights.is_some = true;
    outcome->weights.val.basis = EXPORTS_WEIGHER_BASIS_ENDPOINT;
    outcome->weights.val.values.ptr = values;
    outcome->weights.val.values.len = rows * columns;
    outcome->reasons.ptr = NULL;
    outcome->reasons.len = 0;
    if (explaining)
        explain(capacities, columns, &outcome->reasons);
    free(weights);
    free(capacities);
}

void exports_weigher_describe(exports_weigher_descriptor_t *ret)
{
    weighting_string_dup(&ret->name, "capacity-aware");
    weighting_string_dup(&ret->version, "0.1.0");
    weighting_string_dup(&ret->config_schema, SCHEMA);
    ret->reads.ptr = allocate(1, sizeof *ret->reads.ptr);
    ret->reads.len = 1;
    weighting_string_dup(&ret->reads.ptr[0], KEY);
}

/* The schema says all there is to say about the config, and the mesh does not matter. */
void exports_weigher_check(weighting_string_t *config, exports_weigher_mesh_t *mesh,
                           exports_weigher_list_finding_t *ret)
{
    (void)config;
    (void)mesh;
    ret->ptr = NULL;
    ret->len = 0;
}

void exports_weigher_weigh(weighting_string_t *config, exports_weigher_mesh_t *mesh,
                           exports_weigher_list_service_t *services, exports_weigher_options_t *options,
                           exports_weigher_list_outcome_t *ret)
{
    (void)mesh;
    uint32_t otherwise = read_number(config, "default", 100);
    ret->len = services->len;
    ret->ptr = allocate(services->len, sizeof *ret->ptr);
    for (size_t index = 0; index < services->len; index++)
        weigh(otherwise, &services->ptr[index], options->explain, &ret->ptr[index]);
}
