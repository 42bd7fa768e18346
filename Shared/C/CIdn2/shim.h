/* libidn2: internationalised domain names (UTS 46). Everything that is used here can be called from Swift. */
#ifndef TROTH_CIDN2_SHIM_H
#define TROTH_CIDN2_SHIM_H

#include <idn2.h>

#endif
