/* OpenSSL, and what Swift cannot call of it: functions that take an array of OSSL_PARAM, whose names must outlive it. */
#ifndef TROTH_COPENSSL_SHIM_H
#define TROTH_COPENSSL_SHIM_H

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* Starts HMAC-SHA-256 under a key; 1 where it worked. */
static inline int copenssl_hmac_sha256_init(EVP_MAC_CTX *context, const void *key, size_t count) {
    OSSL_PARAM params[2];
    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0);
    params[1] = OSSL_PARAM_construct_end();
    return EVP_MAC_init(context, (const unsigned char *)key, count, params);
}

/* HKDF-SHA-256 in one of EVP_KDF_HKDF_MODE_*; 1 where it worked. A salt or info without bytes may be NULL. */
static inline int copenssl_hkdf_sha256(EVP_KDF_CTX *context, int mode, const void *key, size_t key_count,
                                       const void *salt, size_t salt_count, const void *info, size_t info_count,
                                       void *out, size_t out_count) {
    OSSL_PARAM params[6], *next = params;
    *next++ = OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode);
    *next++ = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0);
    *next++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)key, key_count);
    if (salt_count > 0) *next++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, salt_count);
    if (info_count > 0) *next++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)info, info_count);
    *next = OSSL_PARAM_construct_end();
    return EVP_KDF_derive(context, (unsigned char *)out, out_count, params);
}

#endif
