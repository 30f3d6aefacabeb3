#include "empty2.h"
