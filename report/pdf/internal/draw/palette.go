package draw

// The palette. Text colours keep a contrast of at least 4.5:1 on white and on
// their own tint; amber is for fills only.
const (
	Ink      = Color(opaque | 0x1B2430)
	Muted    = Color(opaque | 0x55606E)
	Rule     = Color(opaque | 0xD3D9E1)
	Hairline = Color(opaque | 0xE6EAEF)
	Panel    = Color(opaque | 0xF5F7FA)
	Track    = Color(opaque | 0xE3E8EE)
	White    = Color(opaque | 0xFFFFFF)
	Navy     = Color(opaque | 0x14304F)
	Sky      = Color(opaque | 0xB9CDE3)
	Link     = Color(opaque | 0x0B57A4)
	Good     = Color(opaque | 0x1B7A3D)
	Bad      = Color(opaque | 0xB42318)
	Amber    = Color(opaque | 0xC27A00)

	Critical     = Color(opaque | 0x9F1239)
	CriticalTint = Color(opaque | 0xFDE8EE)
	High         = Color(opaque | 0xB43C0A)
	HighTint     = Color(opaque | 0xFDEDE3)
	Medium       = Color(opaque | 0x8A5A00)
	MediumTint   = Color(opaque | 0xFCF3DC)
	Low          = Color(opaque | 0x1D5F9E)
	LowTint      = Color(opaque | 0xE6F0FA)
	Info         = Color(opaque | 0x4B5563)
	InfoTint     = Color(opaque | 0xEEF0F3)
)
