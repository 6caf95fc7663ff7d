/*
 * libgit2 reads the certificates of all authorities when it starts, for transports of its own: more than half of what
 * starting it costs. Nothing here opens a connection through libgit2 — the program git does — so it finds none.
 *
 * These take the place of the functions of the same names in mbed TLS, which Debian's libgit2 is built with: what a
 * program defines comes before what its libraries do. libgit2 takes their answer for an absent file
 * (git_mbedtls_stream_global_init), and with no authority to trust would refuse every connection.
 */

#include "certificates.h"

/* MBEDTLS_ERR_X509_FILE_IO_ERROR */
enum { cannot_read = -0x2900 };

int mbedtls_x509_crt_parse_file(void *chain, const char *path);
int mbedtls_x509_crt_parse_path(void *chain, const char *path);

int mbedtls_x509_crt_parse_file(void *chain, const char *path) {
    (void)chain;
    (void)path;
    return cannot_read;
}

int mbedtls_x509_crt_parse_path(void *chain, const char *path) {
    (void)chain;
    (void)path;
    return cannot_read;
}
