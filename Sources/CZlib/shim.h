/* zlib as Swift sees it. */
#ifndef TOWPATH_CZLIB_SHIM_H
#define TOWPATH_CZLIB_SHIM_H

#include <zlib.h>

/* inflateInit is a macro that passes the version and the size of the structure, which Swift does not import. */
static inline int czlib_inflate_init(z_stream *stream) {
    return inflateInit(stream);
}

/* The same of deflateInit, with smaller tables, since most texts are short and the tables are cleared for each. */
static inline int czlib_deflate_init(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, MAX_WBITS, 6, Z_DEFAULT_STRATEGY);
}

#endif
