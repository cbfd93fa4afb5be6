"""The words of the HTTP face in both languages: titles of problems, remedies for parameters."""

from __future__ import annotations

from collections.abc import Mapping

from geo.errors import Language

Words = Mapping[Language, str]

#: Title of each problem code.
TITLES: Mapping[str, Words] = {
    "error": {"zh": "内部错误", "en": "Internal error"},
    "bad_input": {"zh": "请求有误", "en": "The question can't be understood"},
    "unknown_option": {"zh": "未知的参数", "en": "Unknown parameter"},
    "unreadable_file": {"zh": "内容无法读取", "en": "The content can't be read"},
    "too_large": {"zh": "内容过大", "en": "Too much at once"},
    "wrong_host": {"zh": "域名不对", "en": "Wrong host"},
    "wrong_method": {"zh": "请求方法不对", "en": "Wrong method"},
    "wrong_crs": {"zh": "坐标系不对", "en": "Wrong coordinate system"},
    "not_found": {"zh": "没有找到", "en": "Not found"},
    "nothing_here": {"zh": "地址不存在", "en": "No such address"},
    "no_edition": {"zh": "没有相应的版本", "en": "No edition answers this"},
    "not_signed_in": {"zh": "请先登录", "en": "Sign in first"},
    "not_allowed": {"zh": "没有权限", "en": "Not allowed"},
    "csrf": {"zh": "请求缺少校验令牌", "en": "The session's token is missing"},
    "moved_on": {"zh": "内容已被他人修改", "en": "Somebody changed it meanwhile"},
    "too_often": {"zh": "尝试过于频繁", "en": "Too many attempts"},
    "refused": {"zh": "目前不能执行", "en": "Not possible now"},
    "rows_rejected": {"zh": "有未通过的行", "en": "Some rows are rejected"},
    "checks_failed": {"zh": "检查未通过", "en": "The checks failed"},
    "busy": {"zh": "正被占用", "en": "In use by somebody else"},
    "unavailable": {"zh": "服务暂不可用", "en": "Not available now"},
}

#: What a program is told beside “sign in”.
TOKEN_NEEDED: Words = {
    "zh": "程序请发送令牌（Authorization: Bearer …）。",
    "en": " A program sends a token (Authorization: Bearer …).",
}

#: What each route is for, in Chinese; the English summaries stand at the routes.
SUMMARIES_ZH: Mapping[str, str] = {
    "GET /session": "当前登录的用户、角色与权限",
    "POST /session": "登录",
    "DELETE /session": "退出登录",
    "PUT /session/password": "修改自己的密码",
    "GET /config.json": "地图页面首先需要的信息：站点、层级、底图等",
    "GET /editions": "所有已发布的版本",
    "GET /editions/{number}/export": "导出某一版本的区划（GeoPackage、Shapefile 等）",
    "GET /templates/{kind}.xlsx": "导入用的 Excel 模板",
    "GET /tiles/areas.json": "某一版本区划的切片说明（TileJSON）",
    "GET /tiles/registers.json": "楼栋、设施等公共登记册的切片说明（TileJSON）",
    "GET /locate": "查询一个点属于哪个网格",
    "POST /locate": "批量查询，最多 100,000 个点（JSON 或 CSV）",
    "GET /levels/{key}/areas": "某一层级的全部区域",
    "GET /areas": "分页列出区域及其边界（GeoJSON）",
    "GET /areas/by-code/{code}": "编码的含义；已停用的编码给出承接区域",
    "GET /areas/{id}/children": "直接下级区域",
    "GET /areas/{id}/neighbours": "相邻区域及共同边界长度",
    "GET /areas/{id}/geometry": "区域的边界（GeoJSON）",
    "GET /areas/{id}/history": "区域的各版本与沿革",
    "GET /buildings": "分页列出楼栋（GeoJSON）",
    "GET /facilities": "分页列出设施（GeoJSON）",
    "GET /incidents": "分页列出事件（GeoJSON）",
    "GET /changes": "变化记录：什么、何时变了",
    "GET /coverage": "各区域的服务圈覆盖户数",
    "GET /nearest": "离一点最近的设施（直线距离）",
    "GET /areas/{id}": "一个区域的详细信息",
    "GET /areas/{id}/report": "区域报告：两页 A4，离线可看的单个 HTML 文件",
    "GET /levels/{key}/facilities": "某一层级各区域的设施数和未达标数",
    "GET /search": "按名称、编码、楼栋或坐标查找地点",
    "GET /incidents/kinds": "事件可用的筛选条件",
    "POST /incidents": "上报一个事件",
    "POST /incidents/batch": "批量上报，最多 100,000 行，全部成功或全部不存",
    "POST /incidents/advance": "批量办理：设置多个事件的状态",
    "GET /incidents/statistics": "按区域和类型、状态或月份统计事件",
    "GET /incidents/{id}": "一个事件",
    "POST /incidents/{id}/move": "移动事件位置",
    "POST /incidents/{id}/advance": "办理：设置事件状态",
    "POST /incidents/{id}/escalate": "上报到上一级区域",
    "POST /incidents/{id}/assign": "人工指定所属网格",
    "GET /hexes/incidents": "按六边形统计的事件数",
    "GET /hexes/members": "按六边形统计的党员数",
    "GET /facilities/{id}": "一个设施",
    "GET /buildings/{id}": "一栋楼",
    "GET /members": "本辖区的党员（逐次记录）",
    "GET /members/counts": "各区域的党员数，过小的不予公布",
    "DELETE /members/{id}": "删除一名人员的全部信息",
    "GET /aliases": "地址别名",
    "PUT /aliases": "登记一个地址别名",
    "DELETE /aliases": "删除一个地址别名",
    "GET /vacancies": "各区域的岗位空缺与没有党支部的区域",
    "GET /layers/posts": "同上，以点的形式供地图使用",
    "GET /positions": "岗位及任职人（逐次记录）",
    "POST /imports": "开始一次导入",
    "GET /imports": "自己的上传",
    "PUT /imports/{id}/files/{name}": "上传一个文件",
    "GET /imports/{id}/preview": "预览文件内容：编码、列、坐标系和前几行",
    "POST /imports/{id}/check": "检查（预演，不写入）",
    "POST /imports/{id}/commit": "写入已检查的内容",
    "GET /imports/{id}/rejects": "下载被拒绝的行，修正后可再导入",
    "DELETE /imports/{id}": "删除上传的文件",
    "GET /plans": "所有方案",
    "POST /plans": "新建方案",
    "GET /plans/{id}": "一个方案：状态、锁定与经过",
    "POST /plans/{id}/fork": "以一个方案为起点另建方案",
    "GET /plans/{id}/operations": "方案的操作记录",
    "GET /health/live": "进程是否在运行",
    "GET /health/ready": "能否回答查询",
}

#: What to do about a parameter, by the kind of flaw that pydantic names.
REMEDIES: Mapping[str, Words] = {
    "missing": {"zh": "缺少此参数，请补上", "en": "is missing; add it."},
    "extra_forbidden": {
        "zh": "没有这个字段，请去掉",
        "en": "there is no such field; leave it out.",
    },
    "float_parsing": {"zh": "应为数字，如 104.63", "en": "must be a number such as 104.63."},
    "float_type": {"zh": "应为数字，如 104.63", "en": "must be a number such as 104.63."},
    "bool_parsing": {"zh": "应为 true 或 false", "en": "must be true or false."},
    "int_parsing": {"zh": "应为整数", "en": "must be a whole number."},
    "int_from_float": {"zh": "应为整数", "en": "must be a whole number."},
    "int_parsing_size": {"zh": "数字过大", "en": "is too large a number."},
    "iso_date": {"zh": "应为日期，如 2026-11-21", "en": "must be a date such as 2026-11-21."},
    "greater_than_equal": {"zh": "不能小于 {ge}", "en": "must be at least {ge}."},
    "less_than_equal": {"zh": "不能大于 {le}", "en": "must be at most {le}."},
    "string_pattern_mismatch": {"zh": "含有不允许的字符", "en": "holds what is not allowed there."},
    "string_too_short": {"zh": "不能为空", "en": "must not be empty."},
    "string_too_long": {
        "zh": "最多 {max_length} 个字",
        "en": "must have at most {max_length} characters.",
    },
}
