/*
 * The least a program in C can do to read a fleet, as the yardstick for `towpath inventory`.
 *
 *     floor walk REPOSITORY    opens every tree of refs/heads/main below environments/
 *     floor read REPOSITORY    the same, and reads every file
 *     floor scan REPOSITORY    the same, and passes every file through libyaml's parser, event by event
 *
 * One thread, one handle, libgit2 and libyaml as they come: what is read is hashed and compared with its id, which is
 * libgit2's default. Nothing is kept. The last line counts what was seen; an image is a scalar that says `image`, which
 * in the fleet of this benchmark is one key a container.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <git2.h>
#include <yaml.h>

enum job { WALK, READ, SCAN };

struct tally {
    unsigned long files, bytes, images;
};

static void die(const char *what) {
    const git_error *error = git_error_last();
    fprintf(stderr, "floor: %s%s%s\n", what, error ? ": " : "", error ? error->message : "");
    exit(1);
}

static void scan(const unsigned char *bytes, size_t count, struct tally *tally) {
    yaml_parser_t parser;
    yaml_event_t event;
    yaml_event_type_t type;

    if (!yaml_parser_initialize(&parser)) die("out of memory");
    yaml_parser_set_input_string(&parser, bytes, count);
    do {
        if (!yaml_parser_parse(&parser, &event)) die(parser.problem ? parser.problem : "no YAML");
        type = event.type;
        if (type == YAML_SCALAR_EVENT && event.data.scalar.length == 5 &&
            memcmp(event.data.scalar.value, "image", 5) == 0)
            tally->images++;
        yaml_event_delete(&event);
    } while (type != YAML_STREAM_END_EVENT);
    yaml_parser_delete(&parser);
}

static void visit(git_repository *repository, git_odb *objects, const git_oid *id, enum job job, struct tally *tally) {
    git_tree *tree;
    if (git_tree_lookup(&tree, repository, id)) die("tree");

    size_t count = git_tree_entrycount(tree);
    for (size_t index = 0; index < count; index++) {
        const git_tree_entry *entry = git_tree_entry_byindex(tree, index);
        git_odb_object *object;

        switch (git_tree_entry_filemode(entry)) {
        case GIT_FILEMODE_TREE:
            visit(repository, objects, git_tree_entry_id(entry), job, tally);
            break;
        case GIT_FILEMODE_BLOB:
        case GIT_FILEMODE_BLOB_EXECUTABLE:
            tally->files++;
            if (job == WALK) break;
            if (git_odb_read(&object, objects, git_tree_entry_id(entry))) die(git_tree_entry_name(entry));
            tally->bytes += git_odb_object_size(object);
            if (job == SCAN) scan(git_odb_object_data(object), git_odb_object_size(object), tally);
            git_odb_object_free(object);
            break;
        default:
            break;
        }
    }
    git_tree_free(tree);
}

int main(int argc, char **argv) {
    static const char *const names[] = {"walk", "read", "scan"};
    int job = WALK;
    while (argc == 3 && job <= SCAN && strcmp(argv[1], names[job]) != 0) job++;
    if (argc != 3 || job > SCAN) {
        fputs("usage: floor walk|read|scan REPOSITORY\n", stderr);
        return 64;
    }

    git_repository *repository;
    git_odb *objects;
    git_oid tip;
    git_commit *commit;
    git_tree *root;
    git_tree_entry *environments;
    struct tally tally = {0, 0, 0};

    if (git_libgit2_init() < 0) die("libgit2");
    if (git_repository_open(&repository, argv[2]) || git_repository_odb(&objects, repository)) die(argv[2]);
    if (git_reference_name_to_id(&tip, repository, "refs/heads/main")) die("refs/heads/main");
    if (git_commit_lookup(&commit, repository, &tip) || git_commit_tree(&root, commit)) die("commit");
    if (git_tree_entry_bypath(&environments, root, "environments")) die("environments");

    visit(repository, objects, git_tree_entry_id(environments), (enum job)job, &tally);
    printf("%lu images, %lu files, %lu bytes\n", tally.images, tally.files, tally.bytes);

    git_tree_entry_free(environments);
    git_tree_free(root);
    git_commit_free(commit);
    git_odb_free(objects);
    git_repository_free(repository);
    git_libgit2_shutdown();
    return 0;
}
