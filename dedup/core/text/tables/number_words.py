"""Words for numbers in ten languages, folded: data for `core.text.figures`.

English, German, French, Spanish, Portuguese, Italian, Dutch, Russian, Polish and Turkish, for 2 to 20 and the tens up
to 90. Words with another meaning in one of these languages are left out (*on*, *once*, *seize*, *sei*, *due*).
"""

from typing import Final

NUMBER_WORDS: Final = {
    2: "two zwei deux dos dois twee два dwa iki",
    3: "three drei trois tres tre drie три trzy uc",
    4: "four vier quatre cuatro quatro quattro четыре cztery dort",
    5: "five funf cinq cinco cinque vijf пять piec bes",
    6: "six sechs seis zes шесть szesc alti",
    7: "seven sieben sept siete sete sette zeven семь siedem yedi",
    8: "eight acht huit ocho oito otto восемь osiem sekiz",
    9: "nine neun neuf nueve nove negen девять dziewiec dokuz",
    10: "ten zehn dix diez dez dieci tien десять dziesiec",
    11: "eleven onze undici одиннадцать jedenascie onbir",
    12: "twelve zwolf douze doce doze dodici twaalf двенадцать dwanascie oniki",
    13: "thirteen dreizehn treize trece treze tredici dertien тринадцать trzynascie onuc",
    14: "fourteen vierzehn quatorze catorce catorze quattordici veertien четырнадцать czternascie ondort",
    15: "fifteen funfzehn quinze quince quindici vijftien пятнадцать pietnascie onbes",
    16: "sixteen sechzehn dieciseis dezasseis sedici zestien шестнадцать szesnascie onalti",
    17: "seventeen siebzehn diecisiete dezassete diciassette zeventien семнадцать siedemnascie onyedi",
    18: "eighteen achtzehn dieciocho dezoito diciotto achttien восемнадцать osiemnascie onsekiz",
    19: "nineteen neunzehn diecinueve dezanove diciannove negentien девятнадцать dziewietnascie ondokuz",
    20: "twenty zwanzig vingt veinte vinte venti twintig двадцать dwadziescia yirmi",
    30: "thirty dreissig trente treinta trinta trenta dertig тридцать trzydziesci otuz",
    40: "forty vierzig quarante cuarenta quarenta quaranta veertig сорок czterdziesci kirk",
    50: "fifty funfzig cinquante cincuenta cinquenta cinquanta vijftig пятьдесят piecdziesiat elli",
    60: "sixty sechzig soixante sesenta sessenta sessanta zestig шестьдесят szescdziesiat altmis",
    70: "seventy siebzig setenta settanta zeventig семьдесят siedemdziesiat yetmis",
    80: "eighty achtzig ochenta oitenta ottanta tachtig восемьдесят osiemdziesiat seksen",
    90: "ninety neunzig noventa novanta negentig девяносто dziewiecdziesiat doksan",
}
"""A number -> the words for the number, separated by spaces."""
