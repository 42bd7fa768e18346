/* GMime: reading mail. What Swift cannot call: its macros for the types of parts, GLib's macro for unref, and the limits
   of the process that reads (variadic prctl, a table of them). */
#ifndef TROTH_CGMIME_SHIM_H
#define TROTH_CGMIME_SHIM_H

#include <gmime/gmime.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

int close_range(unsigned int first, unsigned int last, int flags);

/* A part as what it is; null where it is something else. */
static inline GMimeMultipart *cgmime_multipart(GMimeObject *object) {
    return GMIME_IS_MULTIPART(object) ? GMIME_MULTIPART(object) : 0;
}
static inline GMimeTextPart *cgmime_text(GMimeObject *object) {
    return GMIME_IS_TEXT_PART(object) ? GMIME_TEXT_PART(object) : 0;
}
static inline int cgmime_is_encrypted(GMimeObject *object) { return GMIME_IS_MULTIPART_ENCRYPTED(object); }

/* The text of an address that is one mailbox; null where it is a group. */
static inline const char *cgmime_mailbox(InternetAddress *address) {
    return INTERNET_ADDRESS_IS_MAILBOX(address)
        ? internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address)) : 0;
}

static inline GMimeObject *cgmime_object(GMimeMessage *message) { return GMIME_OBJECT(message); }

/* Binds this process, for good: no file but those open up to `kept`, none written, no other process or thread, no core,
   so much memory, so many seconds of processor, then it is killed. 1 where all of it holds. */
static inline int cgmime_confine(unsigned kept, rlim_t bytes, rlim_t seconds) {
    const struct { int resource; rlim_t value; } limits[] = {
        {RLIMIT_CORE, 0}, {RLIMIT_AS, bytes}, {RLIMIT_CPU, seconds}, {RLIMIT_NOFILE, 0}, {RLIMIT_FSIZE, 0},
        {RLIMIT_NPROC, 0},
    };
    if (close_range(kept + 1, ~0u, 0) != 0) return 0;
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 0;
    for (unsigned i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct rlimit limit = {limits[i].value, limits[i].value};
        if (setrlimit(limits[i].resource, &limit) != 0) return 0;
    }
    return 1;
}

#endif
