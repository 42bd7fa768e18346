/* libevent's loop, buffers and HTTP server, eventfd, and what Swift cannot call: macros over lists, variadic prctl. */
#ifndef CEVENT_SHIM_H
#define CEVENT_SHIM_H

/* Before libevent's, which would switch the system's headers to other definitions than Swift's Glibc has. */
#include <features.h>
#include <sys/select.h>
#include <sys/types.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <malloc.h>
#include <unistd.h>

/* How often a header occurs in a request. */
static inline int cevent_header_count(struct evhttp_request *request, const char *name) {
    int count = 0;
    struct evkeyval *header = evhttp_request_get_input_headers(request)->tqh_first;
    for (; header != 0; header = header->next.tqe_next) {
        if (strcasecmp(header->key, name) == 0) count++;
    }
    return count;
}

/* A new eventfd that blocks nobody and is closed by exec; -1 with errno. */
static inline int cevent_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

/* Nobody gets the memory of this process: no core is written, and no process of this user may look into it. 1 where
   both hold. */
static inline int cevent_keep_memory_private(void) {
    struct rlimit none = {0, 0};
    return setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

/* Names the calling thread; the system keeps 15 bytes. */
static inline void cevent_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

/// glibc's allocator keeps what is freed instead of giving it back or joining it.
static inline void cevent_keep_freed_memory(void) {
    mallopt(M_MXFAST, 160);
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
    mallopt(M_MMAP_THRESHOLD, 64 << 20);
}

/// Gives the pages that are free in glibc's allocator to the system.
static inline void cevent_give_memory_back(void) { malloc_trim(0); }

/* Begins to write a file's pages to the disk (SYNC_FILE_RANGE_WRITE) without waiting: a hint, fsync still is to come. */
static inline void cevent_begin_writing(int descriptor) {
    syscall(SYS_sync_file_range, descriptor, (off_t)0, (off_t)0, 2u);
}

#endif
