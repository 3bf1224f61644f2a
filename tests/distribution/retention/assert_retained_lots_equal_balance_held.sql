-- At the as-of date the lots of an account and product add up to the balance of its
-- flows: exactly under FIFO and LIFO, under pro rata up to the rounding of each lot to
-- a millionth.
with

lots as (

    select * from {{ ref('int_lots_retained') }}
    where
        is_as_of
        and {{ is_changed() }}

),

balances as (

    select * from {{ ref('int_balances_held') }}
    where {{ is_changed() }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

relief_methods as (

    {% for method in relief_methods() -%}
        select '{{ method }}' as relief_method
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

retained as (

    select
        account_id,
        product_id,
        relief_method,
        count(*) as lots,
        sum(held_quantity) as retained_quantity
    from lots
    group by account_id, product_id, relief_method

),

held as (

    select
        balances.account_id,
        balances.product_id,
        balances.held_quantity
    from balances
    inner join as_of
        on
            balances.valid_from <= as_of.as_of_date
            and balances.valid_to > as_of.as_of_date

)

select
    held.account_id,
    held.product_id,
    relief_methods.relief_method,
    held.held_quantity,
    retained.retained_quantity
from held
cross join relief_methods
left join retained
    on
        held.account_id = retained.account_id
        and held.product_id = retained.product_id
        and relief_methods.relief_method = retained.relief_method
where
    abs(held.held_quantity - coalesce(retained.retained_quantity, 0))
    > case
        when relief_methods.relief_method = 'pro_rata'
            then coalesce(retained.lots, 0) * 0.000001
        else 0
    end
