"""The names of mpv's properties and options that we use, each once, and how we set them."""

from __future__ import annotations

POSITION = "time-pos"
STALLED = "paused-for-cache"
VIDEO_PARAMS = "video-params"
DECODER_DROPS = "decoder-frame-drop-count"
OUTPUT_DROPS = "frame-drop-count"

# Our own buffer is the buffer: what mpv holds can no longer be replaced by a better segment.
READ_AHEAD_S = 2

COMMON_OPTIONS: dict[str, object] = {
    # Nothing of the person's own mpv: no configuration, scripts, keys or on-screen controls.
    "config": False,
    "load_scripts": False,
    "load_stats_overlay": False,
    "load_osd_console": False,
    "load_auto_profiles": False,
    "osc": False,
    "ytdl": False,
    "osd_level": 0,
    "input_default_bindings": False,
    "input_vo_keyboard": False,
    "input_media_keys": False,
    "input_terminal": False,
    "terminal": False,
    # Stay loaded at the end of film, so that one can seek back from there.
    "keep_open": True,
    "idle": True,
    "hr_seek": True,
    "audio_pitch_correction": True,
    "sub_auto": False,
    "audio_file_auto": False,
    # The address is on loopback, and its silence means that the film is still on its way.
    "cache": True,
    "cache_secs": READ_AHEAD_S,
    "demuxer_readahead_secs": READ_AHEAD_S,
    "cache_pause_initial": False,
    "cache_pause_wait": 0.2,
    "network_timeout": 2000,  # the most FFmpeg takes; an outage may last half an hour
    "hwdec": "auto-safe",
}
