/* zlib as Swift sees it. */
#ifndef TOWPATH_CZLIB_SHIM_H
#define TOWPATH_CZLIB_SHIM_H

#include <zlib.h>

/* inflateInit is a macro that passes the version and the size of the structure, which Swift does not import. */
static inline int czlib_inflate_init(z_stream *stream) {
    return inflateInit(stream);
}

/* The same of deflateInit. */
static inline int czlib_deflate_init(z_stream *stream, int level) {
    return deflateInit(stream, level);
}

#endif
