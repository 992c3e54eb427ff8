// Package configs holds the reference data that the product ships: the register of agencies, the gazetteer, the
// catalogue of categories, the responsibility table, calendars and SLA classes. Officials change these files, not code;
// README.md in this folder explains every column.
package configs

import "embed"

// FS holds the files of this folder as they were when the program was built. A folder named in the settings replaces
// it whole.
//
//go:embed *.csv examples/*.csv model.bin
var FS embed.FS
