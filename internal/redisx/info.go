package redisx

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// Info is what INFO says, typed where a verdict depends on it.
type Info struct {
	Server      Server
	Role        string // master or slave, in the server's own word
	Loading     bool   // the data set is still being read from disk
	UsedMemory  int64  // bytes
	Persistence Persistence
	Replication Replication
	Rest        map[string]string // every other field, as it stands
}

// Server is the process that answered.
type Server struct {
	Software      string // redis or valkey
	Version       string // of Software
	Compatibility string // the Redis version it claims to be; equals Version for Redis itself
	RunID         string // changes with every start of the process
	Uptime        time.Duration
}

// Persistence is what the server says about its RDB and AOF files.
type Persistence struct {
	RDBLastSave     time.Time // start of the process, until the first save
	RDBLastOK       bool
	RDBSaving       bool
	RDBChanges      int64 // writes since the last save
	AOFEnabled      bool
	AOFLastWriteOK  bool
	AOFRewriting    bool
	AOFPendingFsync int64 // fsync jobs queued or running; above 0 an everysec write may be postponed up to 2 s
	AOFDelayed      int64 // writes that were postponed behind an fsync since the start
	AOFSize         int64 // bytes
}

// ReadInfo asks a server for INFO; an answer without version, run id and role is an error, not an empty Info.
func ReadInfo(ctx context.Context, client redis.UniversalClient) (Info, error) {
	text, err := client.Info(ctx).Result()
	if err != nil {
		return Info{}, fmt.Errorf("INFO: %w", err)
	}
	info, err := ParseInfo(text)
	if err == nil && (info.Server.Version == "" || info.Server.RunID == "" || info.Role == "") {
		err = fmt.Errorf("INFO names no version, run id or role: got %+v, role %q", info.Server, info.Role)
	}
	return info, err
}

// ParseInfo reads the text of INFO, whole or some sections. Absent fields are zero; a line that is no field, or a typed field
// that does not parse, is an error.
func ParseInfo(text string) (Info, error) {
	f, err := splitFields(text)
	if err != nil {
		return Info{}, err
	}
	info := Info{
		Server:      serverOf(f),
		Role:        f.text("role"),
		Loading:     f.flag("loading"),
		UsedMemory:  f.number("used_memory"),
		Persistence: persistenceOf(f),
		Replication: replicationOf(f),
	}
	info.Rest = f.rest
	return info, f.err
}

func serverOf(f *fields) Server {
	s := Server{
		Software:      f.text("server_name"),
		Version:       f.text("valkey_version"),
		Compatibility: f.text("redis_version"),
		RunID:         f.text("run_id"),
		Uptime:        f.seconds("uptime_in_seconds"),
	}
	if s.Software == "" { // Redis does not name itself
		s.Software = "redis"
	}
	if s.Version == "" {
		s.Version = s.Compatibility
	}
	return s
}

func persistenceOf(f *fields) Persistence {
	return Persistence{
		RDBLastSave:     f.moment("rdb_last_save_time"),
		RDBLastOK:       f.text("rdb_last_bgsave_status") == "ok",
		RDBSaving:       f.flag("rdb_bgsave_in_progress"),
		RDBChanges:      f.number("rdb_changes_since_last_save"),
		AOFEnabled:      f.flag("aof_enabled"),
		AOFLastWriteOK:  f.text("aof_last_write_status") == "ok",
		AOFRewriting:    f.flag("aof_rewrite_in_progress"),
		AOFPendingFsync: f.number("aof_pending_bio_fsync"),
		AOFDelayed:      f.number("aof_delayed_fsync"),
		AOFSize:         f.number("aof_current_size"),
	}
}
