#!/bin/sh
# What pipelines do: git and yq for each manifest. Reads the first COUNT files of refs/heads/main below environments/.
#
#     by_file.sh REPOSITORY COUNT
set -eu
git -C "$1" ls-tree -r --name-only refs/heads/main environments/ | head -n "$2" | {
    images=0
    while read -r path; do
        found=$(git -C "$1" show "refs/heads/main:$path" | yq '.spec.template.spec.containers[].image' | grep -c .)
        images=$((images + found))
    done
    echo "$images images"
}
