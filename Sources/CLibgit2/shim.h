/*
 * libgit2 as Swift sees it, and the few things Swift cannot call by itself.
 *
 * Each wrapper names the rule that forced it. Never here: frees, error mapping, loops, string building, policy.
 */
#ifndef TOWPATH_CLIBGIT2_SHIM_H
#define TOWPATH_CLIBGIT2_SHIM_H

#include <stddef.h>
#include <sys/types.h>

#include <git2.h>

/* From 1.8 on the error setters live apart; included so that a callback may set one with either version. */
#if LIBGIT2_VER_MAJOR > 1 || (LIBGIT2_VER_MAJOR == 1 && LIBGIT2_VER_MINOR >= 8)
#include <git2/sys/errors.h>
#endif

#if LIBGIT2_VER_MAJOR < 1 || (LIBGIT2_VER_MAJOR == 1 && LIBGIT2_VER_MINOR < 5)
#error "towpath needs libgit2 1.5 or newer"
#endif

/* ObjectID copies twenty bytes out of a git_oid; a build of libgit2 with SHA-256 has a larger one. */
_Static_assert(sizeof(git_oid) == 20, "towpath needs a libgit2 built for SHA-1 object ids only");

/* git_libgit2_opts is variadic, which Swift cannot call: one wrapper for each option used. */

/* Where configuration of `level` is looked for; "" looks nowhere. */
static inline int clibgit2_set_search_path(int level, const char *path) {
    return git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, path);
}

/* Whether files below a git directory are synchronised to disk before they are renamed into place. */
static inline int clibgit2_set_fsync_gitdir(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, enabled);
}

/* Whether a repository of another user is refused. */
static inline int clibgit2_set_owner_validation(int enabled) {
    return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, enabled);
}

/* Whether the id of an object is computed anew whenever it is read. */
static inline int clibgit2_set_strict_hash_verification(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}

/* Whether an object may only name objects that exist. */
static inline int clibgit2_set_strict_object_creation(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, enabled);
}

/* Whether a symbolic reference may only name a well-formed reference. */
static inline int clibgit2_set_strict_symbolic_ref_creation(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_SYMBOLIC_REF_CREATION, enabled);
}

/*
 * Largest object accepted from a received pack, in bytes; does nothing where the library cannot be told.
 *
 * The option came with a security update: 1.9.5, 1.8.6, and Debian's 1.5.1+deb12u2, the only 1.5 to be used. An
 * enumerator cannot be asked for by the preprocessor, so the versions are.
 */
static inline int clibgit2_set_pack_max_object_size(size_t bytes) {
#if LIBGIT2_VER_MINOR == 5 || (LIBGIT2_VER_MINOR == 8 && LIBGIT2_VER_REVISION >= 6) \
    || (LIBGIT2_VER_MINOR == 9 && LIBGIT2_VER_REVISION >= 5)
    return git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECT_SIZE, bytes);
#else
    (void)bytes;
    return 0;
#endif
}

/* Largest object of `type` that is kept in the cache of a repository, in bytes. */
static inline int clibgit2_set_cache_object_limit(git_object_t type, size_t bytes) {
    return git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, type, bytes);
}

/* Bytes of a piece of a pack that is mapped at once, and bytes of all pieces that are mapped. */
static inline int clibgit2_set_pack_windows(size_t window, size_t all) {
    int status = git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, window);
    return status < 0 ? status : git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, all);
}

/* Bytes that the object caches of all repositories together may hold. */
static inline int clibgit2_set_cache_max_size(ssize_t bytes) {
    return git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, bytes);
}

#endif
