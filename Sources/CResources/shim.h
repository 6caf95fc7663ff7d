/* The bounds on what another process may use, as Swift sees them. */
#ifndef TOWPATH_CRESOURCES_SHIM_H
#define TOWPATH_CRESOURCES_SHIM_H

#include <errno.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The system call takes 64 bits on every machine. */
struct cresources_bound {
    uint64_t current;
    uint64_t maximum;
};

/*
 * Reads a bound of a process into `old`, and then sets it to `next`; null leaves either out. 0, or the error's number.
 *
 * glibc shows prlimit to GNU sources only, which Swift does not import as, and syscall is variadic.
 */
static inline int cresources_prlimit(
    pid_t process, int kind, const struct cresources_bound *next, struct cresources_bound *old) {
    return syscall(SYS_prlimit64, process, kind, next, old) == 0 ? 0 : errno;
}

#endif
