CREATE TABLE "candle_spans" (
	"venue" text NOT NULL,
	"symbol" text NOT NULL,
	"timeframe" text NOT NULL,
	"from_ms" bigint NOT NULL,
	"to_ms" bigint NOT NULL,
	CONSTRAINT "candle_spans_venue_symbol_timeframe_from_ms_pk" PRIMARY KEY("venue","symbol","timeframe","from_ms")
);
