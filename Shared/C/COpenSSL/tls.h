/* What the transport needs of OpenSSL and Swift cannot call: macros, variadic functions, stacks. */
#ifndef TROTH_COPENSSL_TLS_H
#define TROTH_COPENSSL_TLS_H

#include <openssl/bio.h>
#include <openssl/conf.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* Loads a configuration from memory, after the system's own; 1 where it was taken. */
static inline int copenssl_load_configuration(const char *text, int length) {
    long line = 0;
    int ok = 0;
    CONF *configuration = NCONF_new(NULL);
    BIO *memory = BIO_new_mem_buf(text, length);
    OPENSSL_init_ssl(OPENSSL_INIT_LOAD_CONFIG | OPENSSL_INIT_LOAD_SSL_STRINGS, NULL);
    OPENSSL_load_builtin_modules();
    if (configuration && memory && NCONF_load_bio(configuration, memory, &line) > 0)
        ok = CONF_modules_load(configuration, NULL, 0) > 0;
    BIO_free(memory);
    NCONF_free(configuration);
    return ok;
}

/* The lowest and highest version that a context takes; 0: there is no bound. */
static inline int copenssl_min_version(SSL_CTX *context) { return (int)SSL_CTX_get_min_proto_version(context); }
static inline int copenssl_max_version(SSL_CTX *context) { return (int)SSL_CTX_get_max_proto_version(context); }
/* Sets both; 1 where it worked. */
static inline int copenssl_set_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version) && SSL_CTX_set_max_proto_version(context, version);
}

/* A new key on the curve P-256; NULL where it failed. */
static inline EVP_PKEY *copenssl_new_p256(void) { return EVP_EC_gen("P-256"); }

/* What was written to a BIO of memory. */
static inline long copenssl_bio_bytes(BIO *memory, const char **bytes) {
    return BIO_get_mem_data(memory, (char **)bytes);
}

/* Adds an extension, as openssl.cnf writes it; 1 where it worked. */
static inline int copenssl_add_extension(X509 *certificate, X509 *issuer, int nid, const char *value) {
    X509V3_CTX context;
    X509_EXTENSION *extension;
    int ok;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    if (!extension) return 0;
    ok = X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return ok;
}

#endif
