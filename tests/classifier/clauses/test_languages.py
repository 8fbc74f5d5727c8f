"""
Clauses in other languages than English: bans and limits, and as many
sentences that forbid nothing.
"""

from __future__ import annotations

import pytest

from licensescan.classifier.clauses import analyse

COMMERCE = frozenset({"use.noncommercial", "use.research_only"})

RESTRICTIVE = (
    (
        "이 저장소의 코드는 수익을 목적으로 하는 서비스에 활용하실 수 없습니다.",
        COMMERCE,
    ),
    (
        "체크포인트는 대학의 연구와 수업에 한정하여 무료로 배포됩니다.",
        COMMERCE,
    ),
    ("상업적 이용은 불가하오니 양해 바랍니다.", COMMERCE),
    (
        "본 말뭉치를 제3자와 공유하거나 웹에 게시해서는 안 됩니다.",
        {"dist.prohibited"},
    ),
    (
        "영리 기업이 사용하고자 할 때에는 사전에 저작권자와 계약을 체결하여야 합니다.",
        COMMERCE,
    ),
    ("원본을 가공하거나 변형하여 이용하는 것을 금합니다.", {"dist.no_modify"}),
    ("해외로의 반출은 허용되지 않습니다.", {"use.territory"}),
    ("개인 학습용으로만 사용해 주세요.", COMMERCE),
    ("비상업적인 목적에 한하여 자유롭게 수정할 수 있습니다.", COMMERCE),
    ("라이선스: 비영리 연구용", COMMERCE),
    ("企業での利用を含む一切の商用利用を認めません。", COMMERCE),
    ("本モデルは学術研究用途に限定して提供されます。", COMMERCE),
    ("データセットを第三者に再配布しないでください。", {"dist.prohibited"}),
    ("営利を目的とする場合は事前に書面による許諾を得てください。", COMMERCE),
    ("重みファイルを改変して公開することを禁じます。", {"dist.no_modify"}),
    ("非営利の教育機関のみが使用できます。", COMMERCE),
    (
        "このフォントファイル自体を販売することは禁止されています。",
        {"use.no_sale"},
    ),
    ("任何单位和个人不得将本数据集用于商业盈利。", COMMERCE),
    ("该模型只能用于科研和教学。", COMMERCE),
    ("严禁二次分发本语料。", {"dist.prohibited"}),
    ("企业用户如欲商用，须事先与我们签订授权协议。", COMMERCE),
    ("本資料集限非商業使用。", COMMERCE),
    ("禁止對模型進行修改或製作衍生作品。", {"dist.no_modify"}),
    ("数据不得传输至境外。", {"use.territory"}),
    (
        "Jegliche gewerbliche Verwertung der Modelle ist ausgeschlossen.",
        COMMERCE,
    ),
    (
        "Die Daten stehen nur für die universitäre Forschung zur Verfügung.",
        COMMERCE,
    ),
    (
        "Sie dürfen den Datensatz nicht an Dritte weitergeben.",
        {"dist.prohibited"},
    ),
    (
        "Für kommerzielle Anwendungen benötigen Sie eine separate Lizenz.",
        COMMERCE,
    ),
    ("Veränderungen an den Dateien sind unzulässig.", {"dist.no_modify"}),
    ("Toute exploitation commerciale du modèle est exclue.", COMMERCE),
    (
        "Ces données ne peuvent servir qu'à des travaux de recherche universitaire.",
        COMMERCE,
    ),
    (
        "Vous n'êtes pas autorisé à redistribuer le corpus.",
        {"dist.prohibited"},
    ),
    (
        "Logiciel fourni pour un usage strictement personnel et non commercial.",
        COMMERCE,
    ),
    ("No se autoriza la explotación comercial de los pesos.", COMMERCE),
    (
        "El modelo está disponible exclusivamente para fines educativos.",
        COMMERCE,
    ),
    ("Está prohibido distribuir copias del corpus.", {"dist.prohibited"}),
    (
        "Las empresas que deseen un uso comercial deben solicitar autorización a los autores.",
        COMMERCE,
    ),
    ("Não é permitido utilizar o modelo com finalidade comercial.", COMMERCE),
    (
        "Licença concedida apenas para pesquisa acadêmica sem fins lucrativos.",
        COMMERCE,
    ),
    ("Fica vedada a distribuição dos pesos a terceiros.", {"dist.prohibited"}),
)
"""Sentences that forbid or limit, and clauses of which one must be found."""

HARMLESS = (
    "영리·비영리를 불문하고 누구나 자유롭게 이용할 수 있습니다.",
    "상업적 목적으로도 별도 허락 없이 사용 가능합니다.",
    "이 제한은 적용되지 않습니다.",
    "상업적으로 이용할 수 있나요? 네, 가능합니다.",
    "수집된 정보는 연구 목적으로만 사용되며 제3자에게 제공하지 않습니다.",
    "이 모델은 연구자들이 많이 사용합니다.",
    "사용자는 결과를 알 수 없습니다.",
    "수정과 재배포가 모두 허용됩니다.",
    "본 라이브러리는 상업용 데이터베이스에 연결합니다.",
    "예전에는 상업적 이용이 금지되었으나 지금은 허용됩니다.",
    "個人・法人を問わず、商用でもご自由にお使いください。",
    "改変や再配布に許可は必要ありません。",
    "この関数は負の値を受け取ることができません。",
    "商用のデータベースにも対応しています。",
    "研究目的に限らず、どなたでも利用できます。",
    "クレジット表記をしていただけると幸いです。",
    "不具合について作者は責任を負いません。",
    "可免费商用，无需申请。",
    "使用者可以自由修改和分发。",
    "本工具不收集任何个人信息。",
    "不仅支持学术研究，也支持商业用途。",
    "该函数不能处理空值。",
    "修改後的版本亦可散布。",
    "我们不限制您的使用目的。",
    "Die Software darf frei genutzt, verändert und weitergegeben werden, auch kommerziell.",
    "Für die kommerzielle Nutzung ist keine gesonderte Erlaubnis nötig.",
    "Diese Funktion darf nicht mit leeren Listen aufgerufen werden.",
    "Das Paket wird in der Forschung und in Unternehmen eingesetzt.",
    "Die Haftung für kommerzielle Schäden ist ausgeschlossen.",
    "Ce logiciel peut être utilisé librement, y compris à des fins commerciales.",
    "La fonction ne peut pas lire les fichiers vides.",
    "Aucune autorisation n'est nécessaire pour un usage commercial.",
    "Ce projet est soutenu par le ministère de la recherche.",
    "Puede usarse tanto con fines comerciales como no comerciales.",
    "No hay restricciones para el uso comercial.",
    "La función no puede leer archivos vacíos.",
    "Este paquete se desarrolla en la universidad.",
    "O uso comercial é livre e não exige autorização.",
    "A função não pode ler arquivos vazios.",
    "Pode ser modificado e redistribuído por qualquer pessoa.",
)
"""Sentences that forbid nothing."""

LIMITS = ("use.", "dist.", "access.")


@pytest.mark.parametrize(("text", "clauses"), RESTRICTIVE)
def test_what_forbids_or_limits(text: str, clauses: set[str]) -> None:
    found = {clause.clause for clause in analyse(text).clauses}
    assert found & clauses


@pytest.mark.parametrize("text", HARMLESS)
def test_what_forbids_nothing(text: str) -> None:
    clauses = analyse(text).clauses
    assert not [c for c in clauses if c.clause.startswith(LIMITS)]
