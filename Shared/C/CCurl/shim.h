/* libcurl: mail out. curl_easy_setopt and curl_easy_getinfo take a variable argument, which Swift cannot pass. */
#ifndef TROTH_CCURL_SHIM_H
#define TROTH_CCURL_SHIM_H

#include <curl/curl.h>

/* Sets an option that takes a number. */
static inline CURLcode ccurl_set_number(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

/* Sets an option that takes a text, which libcurl copies. */
static inline CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

/* Sets an option that takes a list; it must outlive the transfer. */
static inline CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

/* Sets where the bytes of an upload come from. */
static inline CURLcode ccurl_set_source(CURL *handle, curl_read_callback read, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_READFUNCTION, read);
    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_READDATA, context) : code;
}

/* Sets who is told what is sent and received; only with CURLOPT_VERBOSE. */
static inline CURLcode ccurl_set_trace(CURL *handle, curl_debug_callback trace, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, trace);
    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_DEBUGDATA, context) : code;
}

/* Sets who is asked, about once a second, whether to go on: 0 does. */
static inline CURLcode ccurl_set_progress(CURL *handle, curl_xferinfo_callback progress, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, progress);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_XFERINFODATA, context);
    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L) : code;
}

#endif
