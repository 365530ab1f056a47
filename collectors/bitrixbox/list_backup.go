package bitrixbox

// backupLists ask where copies go beside the server.
func backupLists() []*list {
	return []*list{
		{
			name: "buckets", module: "clouds", table: "b_clouds_file_bucket", about: "connected cloud storage; no settings, they hold keys",
			columns: columns(must("ID ACTIVE"), may("SERVICE_ID LOCATION")), order: "ID",
		},
		{
			name: "vendor_copies", module: "bitrixcloud", table: "b_bitrixcloud_option", about: "copies in the vendor's cloud",
			columns: columns(must("NAME PARAM_KEY PARAM_VALUE")),
			where:   "NAME IN ('backup_files', 'backup_last_backup_time')", order: "NAME, PARAM_KEY", limit: 1000,
		},
	}
}
