"""Parts of addresses that do not tell which article a page has: data for `core.urls.normalization`."""

from typing import Final

EDITION_LABELS_TABLE: Final = """
    amp m mobil mobile touch wap www www1 www2 www3
"""
"""Labels of a host before the name of the site. Such a host serves the pages of the site in another form."""

EDITION_SEGMENTS_TABLE: Final = """
    amp amphtml druckansicht drucken druckversion imprimer imprimir print print-version print-view printable
    printer-friendly printerfriendly printversion printview stampa
"""
"""Segments of a path that name a form of the page: AMP, or a view to print."""

INDEX_SUFFIXES_TABLE: Final = """
    asp aspx cfm htm html jsp php phtml shtml xhtml
"""
"""Suffixes of the files ``index`` and ``default``, which a server sends for their folder."""

CAMPAIGN_TABLE: Final = """
    fbclid gclid gclsrc gbraid wbraid dclid msclkid yclid ymclid ysclid twclid ttclid igshid igsh li_fat_id srsltid
    mc_cid mc_eid mkt_tok vero_id vero_conv oly_anon_id oly_enc_id rb_clickid s_cid s_kwcid ef_id wickedid epik dm_i
    cmp cmpid cmp_id icid ncid ocid smid spm ito xtor xtref wt_mc wt_zmc wtmc wtrid intcid int_cid icmp emc
    campaign_id campaignid clickid click_id trk trkid trackingid tracking_id _openstat yptr action_object_map
    action_ref_map action_type_map fb_action_ids fb_action_types fb_ref fb_source pk_campaign pk_cid pk_content
    pk_keyword pk_kwd pk_medium pk_source ns_campaign ns_fee ns_linkname ns_mchannel ns_source
"""
"""Parameters of campaigns and clicks. Names are in small letters."""

READER_TABLE: Final = """
    ref_src ref_url referer referrer refsrc reflink rssid src_medium shareuid share_from sharetoken share_source
    share_medium share_tag share_id sharedby socialshare smtyp soc_src soc_trk guccounter guce_referrer
    guce_referrer_sig __twitter_impression feedtype isapp from_app spref
"""
"""Parameters that follow a reader from site to site."""

VIEWER_TABLE: Final = """
    usqp amp_js_v amp_gsa amp_r aoh _gl _ga __s _hsenc _hsmi hsctatracking sfnsn nocache cachebuster _
"""
"""Parameters of viewers of AMP pages, of their cookies, and against caches."""

SESSION_TABLE: Final = """
    phpsessid jsessionid sessionid session_id sessid cfid cftoken oscsid zenid
"""
"""Parameters of sessions."""

TRACKING_PREFIXES_TABLE: Final = """
    utm_ at_ mtm_ matomo_ piwik_ hsa_ aspsessionid wt.
"""
"""Beginnings of the names of such parameters."""

REFERRER_TABLE: Final = """
    from partner ref ref_ rss share source src via
"""
"""Parameters that tell where a reader comes from, unless their value is the number of an article."""

EDITION_FLAGS_TABLE: Final = """
    amp druck drucken isamp m mobile print printable printer printmode printpage printview
"""
"""Parameters that ask for another form of a page if they are set."""

EDITION_CHOICES_TABLE: Final = """
    format layout mode output outputtype tmpl version view
"""
"""Parameters that ask for another form of a page if their value is the name of a form."""

ARTICLE_PARAMETERS_TABLE: Final = """
    a aid article article_id articleid articleno artid cid content_id contentid docid document_id guid id idx idxno
    item item_id itemid news news_id newsid newsno nid no node object_id objectid oid p page_id post post_id postid
    sid story story_id storyid tid
"""
"""Parameters that may name an article at an address without a path."""
