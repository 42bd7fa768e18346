/* librdkafka and its mock cluster. Everything that is used here can be called from Swift: no shim is needed. */
#ifndef TROTH_CRDKAFKA_SHIM_H
#define TROTH_CRDKAFKA_SHIM_H

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#endif
