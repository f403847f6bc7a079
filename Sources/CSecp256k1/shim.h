// libsecp256k1 of Bitcoin Core, with the module for recoverable signatures.
#ifndef KEYS_MANAGER_SECP256K1_H
#define KEYS_MANAGER_SECP256K1_H

#include <secp256k1.h>
#include <secp256k1_recovery.h>

// Macros that Swift does not read.
static const unsigned int keys_manager_secp256k1_context_none = SECP256K1_CONTEXT_NONE;
static const unsigned int keys_manager_secp256k1_uncompressed = SECP256K1_EC_UNCOMPRESSED;

#endif
