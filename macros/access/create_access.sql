{#- Who may see what. People and their scopes are data of the firm, so no run replaces them: a run
makes what is missing. -#}
{% macro create_access() -%}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        {{ return(adapter.dispatch('create_access')()) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__create_access() -%}
{%- endmacro %}

{% macro postgres__create_access() -%}
{%- set access = access_schema() -%}
-- Two runs that begin together do not replace one function at a time.
select pg_advisory_xact_lock(hashtext('dist_perf_dw access'));

create schema if not exists {{ access }};

create table if not exists {{ access }}.roles (
    role text primary key,
    sees_all boolean not null,
    sees_firm boolean not null,
    may_edit boolean not null,
    may_administer boolean not null,
    description text not null
);

insert into {{ access }}.roles values
    ('administrator', true, true, true, true, 'Sees all rows, changes people, scopes and rules'),
    ('editor', true, true, true, false, 'Sees all rows, changes rules and overrides'),
    ('analyst', true, true, false, false, 'Sees all rows'),
    ('manager', false, true, false, false, 'Sees rows of the team, and totals of the firm'),
    ('wholesaler', false, false, false, false, 'Sees own rows'),
    ('agent', false, false, false, false, 'Sees own rows')
on conflict do nothing;

create table if not exists {{ access }}.people (
    login text primary key check (login = lower(login) and login ~ '^[a-z0-9][a-z0-9._@+-]{0,99}$'),
    person_name text not null,
    role text not null references {{ access }}.roles,
    is_active boolean not null default true,
    password_hash text,
    -- Sessions that began with another number are over.
    session_number integer not null default 1,
    version_number integer not null default 1,
    created_at timestamptz not null default now()
);

create table if not exists {{ access }}.scopes (
    scope_id bigint generated always as identity primary key,
    login text not null references {{ access }}.people on update cascade,
    area text not null,
    member_kind text not null,
    member_id text not null,
    valid_from date not null default current_date,
    -- The first day on which it no longer holds.
    valid_to date check (valid_to >= valid_from),
    version_number integer not null default 1,
    unique (login, area, member_kind, member_id, valid_from)
);

create table if not exists {{ access }}.changes (
    change_id bigint generated always as identity primary key,
    changed_at timestamptz not null default now(),
    changed_by text not null,
    subject text not null,
    subject_id text not null,
    reason text not null,
    row_before jsonb,
    row_after jsonb
);

{#- Bad rules stop no build: `alert_rules` of common says what is wrong with them. -#}
create table if not exists {{ access }}.alert_rules (
    area text not null,
    rule_id text not null,
    metric text,
    member_kind text,
    member_id text,
    period_type text,
    measure text default 'value',
    compared_with text,
    comparator text,
    threshold numeric(28, 8),
    periods_in_a_row integer default 1,
    severity text default 'warning',
    channel text,
    repeat_after_days integer,
    message text,
    is_active boolean not null default true,
    version_number integer not null default 1,
    primary key (area, rule_id)
);

create table if not exists {{ access }}.builds (
    is_only boolean primary key default true check (is_only),
    build_number bigint not null,
    built_at timestamptz not null
);

insert into {{ access }}.builds values (true, 0, now()) on conflict do nothing;

{#- The login that comes with the server reads everything, as it did before there were people. -#}
insert into {{ access }}.people (login, person_name, role)
select 'reporter', 'Login of BI tools', 'analyst'
where not exists (select from {{ access }}.people)
on conflict do nothing;

create or replace function {{ access }}.principal() returns text
language sql stable security definer set search_path = pg_catalog as $$
    -- Only the login of the API speaks for others: whoever else sets this gains nothing.
    select case
        when session_user = 'dist_perf_api'
            then nullif(current_setting('dist_perf.person', true), '')
        else cast(session_user as text)
    end
$$;

{% for right in ['sees_all', 'sees_firm'] -%}
create or replace function {{ access }}.{{ right }}() returns boolean
language sql stable security definer set search_path = pg_catalog as $$
    select exists (
        select from {{ access }}.people
        inner join {{ access }}.roles on people.role = roles.role
        where
            people.login = {{ access }}.principal()
            and people.is_active
            and roles.{{ right }}
    )
$$;

{% endfor -%}
{% for node in graph.nodes.values() if node.config.get('meta', {}).get('scopes_of') -%}
create or replace function {{ access }}.{{ node.fqn[2] }}_members() returns bigint[]
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    return (
        select coalesce(array_agg(distinct members.{{ node.config.meta.scopes_of }}), '{}')
        from {{ access }}.people
        inner join {{ access }}.scopes on people.login = scopes.login
        inner join {{ adapter.quote(node.schema) }}.{{ adapter.quote(node.alias) }} as members
            on
                scopes.member_kind = members.member_kind
                and scopes.member_id = members.member_id
        where
            people.login = {{ access }}.principal()
            and people.is_active
            and scopes.area = '{{ node.fqn[2] }}'
            and current_date >= scopes.valid_from
            and (scopes.valid_to is null or current_date < scopes.valid_to)
    );
end
$$;
{% endfor %}
-- Members that scopes may name. A mart that is not there yet is looked for when it is asked for.
create or replace function {{ access }}.members(of_area text)
returns table (member_kind text, member_id text, owners bigint)
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    {%- for node in graph.nodes.values() if node.config.get('meta', {}).get('scopes_of') %}
    if of_area = '{{ node.fqn[2] }}' then
        return query
        select mart.member_kind, mart.member_id, count(*)
        from {{ adapter.quote(node.schema) }}.{{ adapter.quote(node.alias) }} as mart
        group by mart.member_kind, mart.member_id;
    end if;
    {%- endfor %}
end
$$;

grant usage on schema {{ access }} to public;
{{ grant_access_to_api() }}
{%- endmacro %}
