// Debian's libyaml (libyaml-dev 0.2.5) as Swift sees it. Every function and constant the reader needs is callable from
// Swift as declared in yaml.h, so this header adds none of its own; a wrapper placed here must say what forced it.
#include <string.h>
#include <yaml.h>
