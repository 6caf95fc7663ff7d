/* Starts libgit2 and stops it: what a process that links it pays before it has done anything. */
#include <git2.h>

int main(void) {
    if (git_libgit2_init() < 0) return 1;
    git_libgit2_shutdown();
    return 0;
}
