/* libarchive: ZIP archives, written and read in pieces. Types of entries are macros with a cast, which Swift cannot see. */
#ifndef TROTH_CARCHIVE_SHIM_H
#define TROTH_CARCHIVE_SHIM_H

#include <archive.h>
#include <archive_entry.h>

/* Makes an entry a regular file, mode 0644. */
static inline void carchive_set_regular(struct archive_entry *entry) {
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
}

/* Whether an entry is a regular file and no link. */
static inline int carchive_is_regular(struct archive_entry *entry) {
    return archive_entry_filetype(entry) == AE_IFREG && archive_entry_hardlink(entry) == NULL
        && archive_entry_symlink(entry) == NULL;
}

#endif
