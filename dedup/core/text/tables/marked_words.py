"""Words that a reader looks for where two texts differ: dates and negations, in the languages of number words."""

from typing import Final

DATES: Final = """
january february april june july august september october november december
monday tuesday wednesday thursday friday saturday sunday
jan feb apr jun jul aug sep sept oct nov tue tues thu thurs
januar februar märz mai juni juli oktober dezember jänner montag dienstag mittwoch donnerstag freitag samstag sonntag
janvier février mars avril juin juillet août septembre octobre novembre décembre
lundi mardi mercredi jeudi vendredi samedi dimanche
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
lunes martes miércoles jueves viernes sábado domingo
janeiro fevereiro março maio junho julho setembro outubro novembro dezembro
gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
lunedì martedì mercoledì giovedì venerdì sabato domenica
januari februari maart mei augustus maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
понедельник вторник среда среду четверг пятница пятницу суббота субботу воскресенье
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
poniedziałek wtorek środa środę czwartek piątek sobota sobotę niedziela niedzielę
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
pazartesi salı çarşamba perşembe cuma cumartesi pazar
"""
"""Names of months and of days of the week."""

CAPITAL_DATES: Final = "march may mar dec mon wed fri sat sun"
"""Such names that are other words without a capital letter."""

NEGATIONS: Final = """
not no never without neither nor none nobody nothing cannot denies denied deny refuses refused
nicht kein keine keinen keiner keines nie niemals ohne weder
ne pas jamais sans aucun aucune ni
no nunca jamás sin ningún ninguna tampoco
não nunca sem nenhum nenhuma nem
non mai senza nessun nessuna né
niet geen nooit zonder
не нет никогда без ни
nie nigdy bez żaden żadna ani
değil hayır asla
"""
"""Words that turn a sentence into its opposite."""
