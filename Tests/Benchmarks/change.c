/*
 * The least a program in C can do to learn what one commit changed in a fleet, as the yardstick for a plan in a process
 * that goes on.
 *
 *     change REPOSITORY ROUNDS    compares refs/heads/main with its parent, and reads what differs below environments/
 *
 * A round opens the repository, reads both commits, enters the folders that differ, reads each file that is new, passes
 * it through libyaml's parser, and reads the record beside it. libgit2 as it comes, so what is read is hashed and
 * compared with its id. Nothing is judged, nothing proved, and nobody's part in the change is looked for. Prints the
 * seconds that each round took, as a list in JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <git2.h>
#include <yaml.h>

static void die(const char *what) {
    const git_error *error = git_error_last();
    fprintf(stderr, "change: %s%s%s\n", what, error ? ": " : "", error ? error->message : "");
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void scan(git_repository *repository, const git_oid *id) {
    git_blob *blob;
    yaml_parser_t parser;
    yaml_event_t event;
    yaml_event_type_t type;

    if (git_blob_lookup(&blob, repository, id)) die("file");
    if (!yaml_parser_initialize(&parser)) die("out of memory");
    yaml_parser_set_input_string(&parser, git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob));
    do {
        if (!yaml_parser_parse(&parser, &event)) die(parser.problem ? parser.problem : "no YAML");
        type = event.type;
        yaml_event_delete(&event);
    } while (type != YAML_STREAM_END_EVENT);
    yaml_parser_delete(&parser);
    git_blob_free(blob);
}

/* Reads what `new` has and `old` has not; how many files. */
static int compare(git_repository *repository, const git_oid *old, const git_oid *new) {
    git_tree *before, *after;
    int files = 0;
    if (git_tree_lookup(&before, repository, old) || git_tree_lookup(&after, repository, new)) die("folder");
    for (size_t index = 0; index < git_tree_entrycount(after); index++) {
        const git_tree_entry *entry = git_tree_entry_byindex(after, index);
        const git_tree_entry *known = git_tree_entry_byname(before, git_tree_entry_name(entry));
        if (!known || git_oid_equal(git_tree_entry_id(known), git_tree_entry_id(entry))) continue;
        if (git_tree_entry_type(entry) == GIT_OBJECT_TREE) {
            files += compare(repository, git_tree_entry_id(known), git_tree_entry_id(entry));
        } else {
            const git_tree_entry *record = git_tree_entry_byname(after, "towpath.lock");
            scan(repository, git_tree_entry_id(entry));
            if (record) scan(repository, git_tree_entry_id(record));
            files++;
        }
    }
    git_tree_free(before);
    git_tree_free(after);
    return files;
}

int main(int argc, char **argv) {
    int rounds = argc == 3 ? atoi(argv[2]) : 0;
    if (rounds < 1) {
        fputs("usage: change REPOSITORY ROUNDS\n", stderr);
        return 64;
    }
    if (git_libgit2_init() < 0) die("libgit2");
    for (int round = 0; round < rounds; round++) {
        double start = now();
        git_repository *repository;
        git_oid tip;
        git_commit *commit, *parent;
        if (git_repository_open(&repository, argv[1])) die(argv[1]);
        if (git_reference_name_to_id(&tip, repository, "refs/heads/main")) die("refs/heads/main");
        if (git_commit_lookup(&commit, repository, &tip) || git_commit_parent(&parent, commit, 0)) die("commit");
        if (compare(repository, git_commit_tree_id(parent), git_commit_tree_id(commit)) != 1) die("not one change");
        git_commit_free(commit);
        git_commit_free(parent);
        git_repository_free(repository);
        printf("%s%.9f", round ? ", " : "[", now() - start);
    }
    puts("]");
    git_libgit2_shutdown();
    return 0;
}
