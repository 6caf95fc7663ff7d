/*
 * Runs one program and writes what it took to a file, as one line:
 *
 *     wall time in ns, user time in us, system time in us, peak memory in KiB, exit status (128 + N for signal N)
 *
 *     stopwatch FILE PROGRAM [ARGUMENT…]
 *
 * In C because Linux carries the peak memory of the process that forks over into the one it starts: below Python, no
 * program would seem smaller than Python.
 */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static long long nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static long long microseconds(struct timeval span) {
    return span.tv_sec * 1000000LL + span.tv_usec;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fputs("usage: stopwatch FILE PROGRAM [ARGUMENT...]\n", stderr);
        return 64;
    }

    pid_t child;
    int status;
    struct rusage used;
    long long start = nanoseconds();
    int failure = posix_spawnp(&child, argv[2], NULL, NULL, argv + 2, environ);
    if (failure) {
        fprintf(stderr, "stopwatch: %s: %s\n", argv[2], strerror(failure));
        return 69;
    }
    while (wait4(child, &status, 0, &used) < 0) {
        if (errno != EINTR) return 70;
    }
    long long took = nanoseconds() - start;

    FILE *file = fopen(argv[1], "w");
    if (!file) return 73;
    fprintf(file, "%lld %lld %lld %ld %d\n", took, microseconds(used.ru_utime), microseconds(used.ru_stime),
            used.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return fclose(file) ? 73 : 0;
}
