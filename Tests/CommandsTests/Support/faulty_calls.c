// Loaded before the C library: of the calls by which a process changes files, the one whose number FAULT_AT names fails
// with the error number FAULT_ERROR, and all that follow fail with it too; or, if FAULT_ERROR is "kill", the process is
// killed in its place. Reading is left alone.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_int calls;

// Whether this call fails; errno says why.
static int fails(void) {
    const char *at = getenv("FAULT_AT"), *error = getenv("FAULT_ERROR");
    if (!at || !error || atomic_fetch_add(&calls, 1) + 1 < atoi(at)) return 0;
    if (!strcmp(error, "kill")) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
    errno = atoi(error);
    return 1;
}

// The results of the tests' programs go to files too, which are on another disk.
static int is_file(int fd) {
    struct stat status;
    return fd > 2 && !fstat(fd, &status) && S_ISREG(status.st_mode);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int rename(const char *from, const char *to) { return fails() ? -1 : NEXT(rename)(from, to); }
int link(const char *from, const char *to) { return fails() ? -1 : NEXT(link)(from, to); }
int unlink(const char *path) { return fails() ? -1 : NEXT(unlink)(path); }
int mkdir(const char *path, mode_t mode) { return fails() ? -1 : NEXT(mkdir)(path, mode); }
int fsync(int fd) { return fails() ? -1 : NEXT(fsync)(fd); }
int ftruncate(int fd, off_t length) { return fails() ? -1 : NEXT(ftruncate)(fd, length); }
ssize_t write(int fd, const void *data, size_t count) {
    return is_file(fd) && fails() ? -1 : NEXT(write)(fd, data, count);
}
ssize_t pwrite(int fd, const void *data, size_t count, off_t offset) {
    return is_file(fd) && fails() ? -1 : NEXT(pwrite)(fd, data, count, offset);
}

// A device is no file, and what lies in memory below /dev is one.
static int is_device(const char *path) { return !strncmp(path, "/dev/", 5) && strncmp(path, "/dev/shm/", 9); }

static int opened(int (*next)(const char *, int, ...), const char *path, int flags, mode_t mode) {
    if ((flags & O_CREAT) && !is_device(path) && fails()) return -1;
    return next(path, flags, mode);
}
#define OPEN(name)                                                 \
    int name(const char *path, int flags, ...) {                   \
        va_list rest;                                              \
        va_start(rest, flags);                                     \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;  \
        va_end(rest);                                              \
        return opened(NEXT(name), path, flags, mode);              \
    }
OPEN(open)
OPEN(open64)
