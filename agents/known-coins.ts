/**
 * Coins that a model may name without being asked about them: bases of perpetual futures with volume on Binance, Bybit
 * and OKX in 2025, by ticker. Tickers that are words or units as well (ONE, GAS, NEAR, LINK, ID) are caught only in a
 * pair, after a `$` or by name, because a sentence may shout.
 */
const TICKERS = `
  1INCH AAVE ACE ADA AEVO AGIX AGLD AKT ALGO ALICE ALT ANKR APT AR ARB ARKM ASTR ATOM AVAX AXS BAKE BAL BAND BAT BCH BEAMX
  BERA BGB BICO BIGTIME BLUR BNB BNT BOME BONK BRETT BSV BTC BTT CELO CELR CFX CHR CHZ CKB COTI CRO CRV CTSI CVC CVX CYBER
  DASH DENT DODO DOGE DOGS DOT DYDX DYM EGLD EIGEN ENA ENJ ENS EOS ETC ETH ETHFI ETHW FARTCOIN FDUSD FET FIL FLM FLOKI FTM
  FTT FXS GALA GLM GMX GRASS GRT HBAR HMSTR HNT HYPE ICP ICX ILV IMX INJ IOST IOTA IOTX JASMY JOE JTO JUP KAIA KAITO KAS
  KAVA KDA KLAY KNC KSM LDO LEO LINA LPT LQTY LRC LTC LUNA LUNC MANA MANTA MATIC MAVIA MEME METIS MEW MINA MKR MNT MOODENG
  MTL NEIRO NEO NKN NMR NOT OCEAN OGN OKB OMNI ONDO ONG ONT ORDI OXT PAXG PENDLE PENGU PEPE PERP PNUT POL POPCAT PYTH QNT
  QTUM RAY RDNT REN RENDER REZ RNDR ROSE RSR RUNE RVN SATS SEI SHIB SKL SNX SOL SSV STETH STG STORJ STRK STX SUI SUSHI SXP
  TAO THETA TIA TON TRB TRX TURBO TUSD TWT UMA UNI USDC USDE VET VIRTUAL WIF WLD WOO XEC XEM XLM XMR XRP XTZ YFI YGG ZEC ZEN
  ZIL ZRO ZRX
`;
/** In the list above, and words of a trader's sentence as well. */
const WORDS = new Set(
  'ACE ALT AR ASTR BAND BAT DASH DENT DOT LEO MEME NOT PERP RAY REN ROSE STG UNI USDC USDE'.split(' '),
);

export const COINS: ReadonlySet<string> = new Set(
  TICKERS.trim()
    .split(/\s+/)
    .filter((ticker) => !WORDS.has(ticker)),
);

/** Tickers that no English word resembles, whatever their case. */
export const LOWER_CASE_COINS: readonly string[] =
  'btc eth xrp doge bnb shib ltc avax matic pepe bonk floki trx xlm xmr hbar'.split(' ');

export const COIN_NAMES: ReadonlyMap<string, string> = new Map([
  ...[
    ['bitcoin', 'BTC'],
    ['ethereum', 'ETH'],
    ['ether', 'ETH'],
    ['solana', 'SOL'],
    ['dogecoin', 'DOGE'],
  ],
  ...[
    ['ripple', 'XRP'],
    ['cardano', 'ADA'],
    ['litecoin', 'LTC'],
    ['polkadot', 'DOT'],
    ['chainlink', 'LINK'],
  ],
  ...[
    ['binance coin', 'BNB'],
    ['toncoin', 'TON'],
    ['shiba inu', 'SHIB'],
    ['polygon', 'MATIC'],
    ['monero', 'XMR'],
  ],
  ...[
    ['bitcoin cash', 'BCH'],
    ['ethereum classic', 'ETC'],
    ['uniswap', 'UNI'],
    ['filecoin', 'FIL'],
  ],
] as [string, string][]);
