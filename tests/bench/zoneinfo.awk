# SPDX-License-Identifier: GPL-2.0-or-later
# The same verdict by awk, for comparison; it trusts its input.
/^Node/			{ zone = $4 }
zone == "DMA" && $1 == "managed" { seen = 1; managed += $2 }
END { print !seen ? "absent" : managed ? "managed" : "unmanaged" }
