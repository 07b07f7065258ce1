"""The studio: a film file goes in, a presentation folder that streams comes out.

A presentation folder holds ``manifest.json`` (ours, with the size of every segment), the segments
of every representation (``v720/init.mp4``, ``v720/1.m4s``, ...), subtitles (``s-en.vtt``), an HLS
and a DASH manifest for other players (``master.m3u8``, ``manifest.mpd``), and pictures
(``poster.jpg``, ``still.jpg``). It appears in one rename, complete.
"""
